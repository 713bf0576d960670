#include "gateway/recordings/rights_bodies.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace gateway::recordings;  // NOLINT(google-build-using-namespace)
using policy::Fault;
using policy::FaultCode;

namespace {

constexpr policy::Date kToday{std::chrono::year(2026), std::chrono::November, std::chrono::day(24)};
const std::string kOne(32, '1');
const std::string kTwo(32, '2');

bool has(const std::vector<Fault>& faults, FaultCode code, std::string_view pointer) {
    return std::ranges::any_of(faults,
                               [&](const Fault& fault) { return fault.code == code && fault.pointer == pointer; });
}

std::vector<Fault> faults_of_hold(const std::string& body) {
    std::vector<Fault> faults;
    read_hold(body, kToday, faults);
    return faults;
}

std::string hold(const std::string& recordings, const std::string& review_on = "2027-01-10") {
    return R"({"recordings":)" + recordings + R"(,"matter":"m-1","owner":"legal","review_on":")" + review_on + "\"}";
}

}  // namespace

TEST_CASE("A withdrawal names the call by its reference or its id, and not by both") {
    std::vector<Fault> faults;
    CHECK(read_withdrawal(R"({"recording_ref":"call-1"})", faults).recording_ref == "call-1");
    CHECK(read_withdrawal(R"({"recording_id":")" + kOne + "\"}", faults).recording->text() == kOne);
    CHECK(faults.empty());
    for (const std::string& body : {std::string("{}"), R"({"recording_ref":"a","recording_id":")" + kOne + "\"}"}) {
        faults.clear();
        read_withdrawal(body, faults);
        CHECK(has(faults, FaultCode::kFieldMissing, ""));
    }
}

TEST_CASE("A withdrawal takes no more than the reference") {
    for (const std::string body :
         {R"({"recording_ref":"a","reason":"moved"})", R"({"recording_ref":1})", R"({"recording_ref":""})",
          R"({"recording_id":"12"})", R"({"recording_ref":"a\nb"})"}) {
        std::vector<Fault> faults;
        read_withdrawal(body, faults);
        CHECK_FALSE(faults.empty());
    }
    std::vector<Fault> faults;
    read_withdrawal(R"({"recording_ref":")" + std::string(129, 'x') + "\"}", faults);
    CHECK(has(faults, FaultCode::kFieldTooLong, "/recording_ref"));
}

TEST_CASE("A restriction has one of the grounds of Art. 18 and a case; a withdrawal is none of them") {
    std::vector<Fault> faults;
    const auto wish = read_restriction(R"({"ground":"objection","case":"case-1"})", faults);
    CHECK(faults.empty());
    CHECK(wish.ground == policy::RestrictionGround::kObjection);
    CHECK(wish.case_number == "case-1");
    read_restriction(R"({"ground":"withdrawal","case":"case-1"})", faults);
    CHECK(has(faults, FaultCode::kValueUnknown, "/ground"));
    faults.clear();
    read_restriction("{}", faults);
    CHECK(has(faults, FaultCode::kFieldMissing, "/ground"));
    CHECK(has(faults, FaultCode::kFieldMissing, "/case"));
}

TEST_CASE("A hold names matter, owner, a review within six months, and different recordings") {
    CHECK(faults_of_hold(hold("[\"" + kOne + "\",\"" + kTwo + "\"]")).empty());
    CHECK(has(faults_of_hold(hold("[]")), FaultCode::kFieldMissing, "/recordings"));
    CHECK(has(faults_of_hold(hold("[\"x\"]")), FaultCode::kFieldFormat, "/recordings/0"));
    CHECK(
        has(faults_of_hold(hold("[\"" + kOne + "\",\"" + kOne + "\"]")), FaultCode::kFieldUnexpected, "/recordings/1"));
    CHECK(has(faults_of_hold(hold("[\"" + kOne + "\"]", "2027-05-25")), FaultCode::kReviewTooLate, "/review_on"));
    CHECK(has(faults_of_hold(hold("[\"" + kOne + "\"]", "2026-11-24")), FaultCode::kFieldOutOfRange, "/review_on"));
    const auto bare = faults_of_hold("{}");
    for (const auto* pointer : {"/recordings", "/matter", "/owner", "/review_on"}) {
        CHECK(has(bare, FaultCode::kFieldMissing, pointer));
    }
}

TEST_CASE("A field that is no date gets one fault, not two") {
    const auto faults = faults_of_hold(hold("[\"" + kOne + "\"]", "soon"));
    CHECK(faults.size() == 1);
    CHECK(has(faults, FaultCode::kFieldFormat, "/review_on"));
}

TEST_CASE("A hold takes a thousand recordings and no more") {
    const auto many = [](int count) {
        std::string out = "[";
        for (int i = 0; i < count; ++i) {
            const auto digits = std::to_string(i);
            out += (i > 0 ? ",\"" : "\"") + std::string(32 - digits.size(), '0') + digits + '"';
        }
        return out + "]";
    };
    CHECK(hold(many(1000)).size() < kMaxRightsBodyInBytes);
    CHECK(faults_of_hold(hold(many(1000))).empty());
    CHECK(has(faults_of_hold(hold(many(1001))), FaultCode::kFieldTooLong, "/recordings"));
}

TEST_CASE("An erasure has a ground of Art. 17, as a word of ours") {
    std::vector<Fault> faults;
    const auto wish =
        read_erasure(R"({"recordings":[")" + kOne + R"("],"ground":"no_longer_needed","case":"c"})", faults);
    CHECK(faults.empty());
    CHECK(wish.ground->text() == "no_longer_needed");
    CHECK(wish.recordings.size() == 1);
    for (const auto* word : {"consent_withdrawn", "objection", "unlawful", "legal_obligation", "child"}) {
        CHECK(erasure_ground(word));
    }
    CHECK_FALSE(erasure_ground("withdrawal"));
    read_erasure(R"({"recordings":[")" + kOne + R"("],"ground":"because","case":"c"})", faults);
    CHECK(has(faults, FaultCode::kValueUnknown, "/ground"));
}
