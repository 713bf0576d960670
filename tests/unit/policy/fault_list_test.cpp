#include "policy/fault_list.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/push.hpp"

namespace {

using policy::Fault;
using policy::FaultCode;
using policy::FaultList;
using tests::listed;
using Listed = std::vector<std::string>;

/// What is left of one new fault beside one that the reader found at `read`.
Listed beside(const char* read, FaultCode code, const char* pointer) {
    FaultList faults({Fault{FaultCode::kFieldType, read, "Send an object."}});
    faults.add(code, pointer, "Send it.");
    auto out = listed(std::move(faults).take());
    out.erase(out.begin());
    return out;
}

TEST_CASE("A field that the reader could not read gets no second fault, nor does anything inside it") {
    CHECK(beside("/basis", FaultCode::kFieldMissing, "/basis").empty());
    CHECK(beside("/basis", FaultCode::kConsentHow, "/basis/how").empty());
    CHECK(beside("", FaultCode::kRecordingDisabled, "").empty());
    CHECK(beside("", FaultCode::kFieldMissing, "/team").empty());
}

TEST_CASE("A neighbour whose name starts alike is another field") {
    CHECK(beside("/team", FaultCode::kFieldMissing, "/team_name") == Listed{"field-missing /team_name"});
    CHECK(beside("/marks/1", FaultCode::kMarkOutside, "/marks/10") == Listed{"mark-outside /marks/10"});
}

TEST_CASE("That something is missing is not said when its inside could not be read; every other fault is") {
    for (const auto code :
         {FaultCode::kFieldMissing, FaultCode::kPurposeMissing, FaultCode::kBasisMissing, FaultCode::kNoticeMissing}) {
        CHECK(beside("/purposes/0", code, "/purposes").empty());
    }
    CHECK(beside("/purposes/0", FaultCode::kFieldOutOfRange, "/purposes") == Listed{"field-out-of-range /purposes"});
}

TEST_CASE("Two faults of our own about one field both stand") {
    FaultList faults({});
    CHECK(faults.empty());
    faults.add(FaultCode::kFieldFormat, "/a", "Send it.");
    faults.add(FaultCode::kFieldTooLong, "/a", "Send less.");
    CHECK_FALSE(faults.empty());
    CHECK(std::move(faults).take().size() == 2);
}

TEST_CASE("Absent text is fine unless it is required, and then empty text is absent") {
    FaultList faults({});
    faults.check_text({}, 3, "/a");
    faults.check_text("", 3, "/a");
    faults.require_text("abc", 3, "/a", "Send a.");
    CHECK(faults.empty());
    faults.require_text({}, 3, "/a", "Send a.");
    faults.require_text("", 3, "/b", "Send b.", FaultCode::kNoticeMissing);
    faults.require_text("abcd", 3, "/c", "Send c.");
    CHECK(listed(std::move(faults).take()) == Listed{"field-missing /a", "notice-missing /b", "field-too-long /c"});
}

}  // namespace
