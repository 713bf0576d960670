#include "storage/catalogue/rights.hpp"

#include "tests/support/catalogue_site.hpp"

// Restrictions, holds, and what takes two people.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::job;
using tests::soon;

namespace {

NewRestriction restriction(std::uint64_t n, policy::RecordingId id, std::string ground) {
    return {id_of<RestrictionId>(n), id, std::move(ground), "dpo"};
}

NewHold hold(std::uint64_t n, std::string_view review_on = "2027-01-15") {
    return {id_of<policy::HoldId>(n), "matter-" + std::to_string(n), "dpo", date(review_on)};
}

NewProposal proposal(std::uint64_t n) {
    NewProposal out;
    out.id = id_of<policy::ProposalId>(n);
    out.kind = "erasure";
    out.payload = bytes("what");
    out.proposer = "anna";
    return out;
}

}  // namespace

TEST_CASE("A restriction counts at once, brings its jobs, and its repeat changes nothing") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& rights = site.catalogue.rights();
    REQUIRE(
        await(rights.restrict(restriction(1, id, "withdrawal"), {job(1, "erase", "erase-1")}, bytes("set"), soon())));
    REQUIRE(
        await(rights.restrict(restriction(1, id, "withdrawal"), {job(2, "erase", "erase-2")}, bytes("set"), soon())));
    const AccessState access = site.facts(id).access;
    CHECK(access.restrictions == 1);
    CHECK(access.restricted_ground == "withdrawal");
    CHECK(access.version == 2);
    CHECK(site.entries("set") == 1);
    CHECK(site.count("job") == 1);
    CHECK(
        await(rights.restrict(restriction(2, id_of<policy::RecordingId>(404), "objection"), {}, bytes("none"), soon()))
            .error()
            .code == Code::kNotFound);
    CHECK(site.entries("none") == 0);
}

TEST_CASE("Restrictions add up and lift one by one, and the newest open ground shows") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& rights = site.catalogue.rights();
    REQUIRE(await(rights.restrict(restriction(1, id, "accuracy"), {}, bytes("one"), soon())));
    REQUIRE(await(rights.restrict(restriction(2, id, "objection"), {}, bytes("two"), soon())));
    CHECK(site.facts(id).access.restrictions == 2);
    CHECK(site.facts(id).access.restricted_ground == "objection");
    REQUIRE(await(rights.lift(id_of<RestrictionId>(2), "second-dpo", "notice-1", bytes("lifted"), soon())));
    CHECK(site.facts(id).access.restrictions == 1);
    CHECK(site.facts(id).access.restricted_ground == "accuracy");
    CHECK(site.facts(id).access.version == 4);
    CHECK(await(rights.lift(id_of<RestrictionId>(2), "dpo", "notice-2", bytes("again"), soon())).error().code ==
          Code::kNotFound);
    CHECK(site.entries("again") == 0);
    REQUIRE(await(rights.lift(id_of<RestrictionId>(1), "dpo", "notice-3", bytes("lifted"), soon())));
    CHECK(site.facts(id).access.restrictions == 0);
    CHECK(site.facts(id).access.restricted_ground == "");
    const auto rows = await(rights.restrictions(id, soon()));
    REQUIRE(rows->size() == 2);
    CHECK(rows->front().ground == "objection");
    CHECK(rows->front().lifted_at);
    CHECK(rows->front().set_by == "dpo");
}

TEST_CASE("A hold holds what is there, more may follow, and its release lets all of it go") {
    CatalogueSite site;
    const auto one = site.store(1);
    const auto two = site.store(2);
    const auto three = site.store(3);
    REQUIRE(await(site.catalogue.purge().mark_erasure(three, std::nullopt, "erasure", date("2026-12-01"), false,
                                                      bytes("m"), soon())));
    auto& rights = site.catalogue.rights();
    auto held = await(
        rights.hold(hold(1), {one, three, id_of<policy::RecordingId>(404)}, {job(1, "rewrap")}, bytes("hold"), soon()));
    CHECK(*held == std::vector{one});
    CHECK(site.count("job") == 1);
    held = await(rights.hold(hold(1), {one, two}, {}, bytes("hold"), soon()));
    CHECK(held->size() == 2);
    held = await(rights.hold(hold(1), {two, one}, {}, bytes("hold"), soon()));
    CHECK(held->size() == 2);
    CHECK(site.entries("hold") == 2);
    CHECK(site.facts(one).access.holds == 1);
    CHECK(site.facts(one).access.version == 2);
    CHECK(site.facts(one).access.oldest_hold_review == date("2027-01-15"));
    REQUIRE(await(rights.hold(hold(2, "2026-12-24"), {one}, {}, bytes("other"), soon())));
    CHECK(site.facts(one).access.holds == 2);
    CHECK(site.facts(one).access.oldest_hold_review == date("2026-12-24"));
    const auto open = await(rights.open_holds(soon()));
    REQUIRE(open->size() == 2);
    CHECK(open->front().id == id_of<policy::HoldId>(2));
    CHECK(open->back().recordings == 2);

    REQUIRE(await(rights.release_hold(id_of<policy::HoldId>(1), bytes("released"), soon())));
    CHECK(site.facts(one).access.holds == 1);
    CHECK(site.facts(two).access.holds == 0);
    CHECK(await(rights.hold_row(id_of<policy::HoldId>(1), soon()))->released_at);
    CHECK(await(rights.release_hold(id_of<policy::HoldId>(1), bytes("again"), soon())).error().code == Code::kNotFound);
    CHECK(site.facts(one).access.holds == 1);
    CHECK(site.entries("again") == 0);
    // A released hold takes nothing more.
    CHECK(await(rights.hold(hold(1), {two}, {}, bytes("late"), soon()))->empty());
    CHECK(site.facts(two).access.holds == 0);
    CHECK(await(rights.hold_row(id_of<policy::HoldId>(404), soon())).error().code == Code::kNotFound);
}

TEST_CASE("Only another person than the owner reviews a hold") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& rights = site.catalogue.rights();
    REQUIRE(await(rights.hold(hold(1), {id}, {}, bytes("hold"), soon())));
    const auto hold_id = id_of<policy::HoldId>(1);
    CHECK(await(rights.review_hold(hold_id, "dpo", date("2027-06-01"), bytes("own"), soon())).error().code ==
          Code::kDenied);
    CHECK(site.facts(id).access.oldest_hold_review == date("2027-01-15"));
    CHECK(site.entries("own") == 0);
    REQUIRE(await(rights.review_hold(hold_id, "second", date("2027-06-01"), bytes("reviewed"), soon())));
    CHECK(site.facts(id).access.oldest_hold_review == date("2027-06-01"));
    REQUIRE(await(rights.release_hold(hold_id, bytes("r"), soon())));
    CHECK(await(rights.review_hold(hold_id, "second", date("2027-07-01"), bytes("late"), soon())).error().code ==
          Code::kNotFound);
}

TEST_CASE("A second person decides a proposal once; its jobs come with an approval only") {
    CatalogueSite site;
    auto& rights = site.catalogue.rights();
    REQUIRE(await(rights.propose(proposal(1), bytes("proposed"), soon())));
    REQUIRE(await(rights.propose(proposal(1), bytes("proposed"), soon())));
    CHECK(site.entries("proposed") == 1);
    const auto id = id_of<policy::ProposalId>(1);
    const bool approve = GENERATE(true, false);
    CHECK(*await(rights.decide(id, "anna", approve, {job(1, "erase")}, bytes("decided"), soon())) ==
          Approval::kSamePerson);
    CHECK(await(rights.proposal(id, soon()))->state == "open");
    CHECK(await(rights.open_proposals(soon()))->size() == 1);
    CHECK(*await(rights.decide(id, "bert", approve, {job(1, "erase")}, bytes("decided"), soon())) == Approval::kDone);
    CHECK(*await(rights.decide(id, "carl", !approve, {job(2, "erase")}, bytes("decided"), soon())) ==
          Approval::kClosed);
    const auto row = await(rights.proposal(id, soon()));
    CHECK(row->state == (approve ? "approved" : "rejected"));
    CHECK(row->decider == "bert");
    CHECK(row->proposer == "anna");
    CHECK(row->payload == bytes("what"));
    CHECK(row->expires_at - row->proposed_at == 72h);
    CHECK(site.count("job") == (approve ? 1 : 0));
    CHECK(site.entries("decided") == 1);
    CHECK(await(rights.open_proposals(soon()))->empty());
}

TEST_CASE("Of many deciders at once exactly one decides") {
    CatalogueSite site({.connection = {}, .connections = 8});
    REQUIRE(await(site.catalogue.rights().propose(proposal(1), bytes("p"), soon())));
    std::vector<Answer<Approval>> decisions;
    for (std::uint64_t n = 1; n <= 8; ++n) {
        decisions.push_back(site.catalogue.rights().decide(id_of<policy::ProposalId>(1), "person-" + std::to_string(n),
                                                           true, {job(n, "erase")}, bytes("decided"), soon()));
    }
    std::size_t done = 0;
    for (const auto& decision : tests::await_all(std::move(decisions))) done += *decision == Approval::kDone ? 1U : 0U;
    CHECK(done == 1);
    CHECK(site.count("job") == 1);
    CHECK(site.entries("decided") == 1);
}

TEST_CASE("An expired proposal and an unknown one decide nothing") {
    CatalogueSite site;
    auto& rights = site.catalogue.rights();
    NewProposal expired = proposal(1);
    expired.valid = -1s;
    REQUIRE(await(rights.propose(expired, bytes("p"), soon())));
    CHECK(*await(rights.decide(expired.id, "bert", true, {job(1, "erase")}, bytes("decided"), soon())) ==
          Approval::kClosed);
    CHECK(await(rights.open_proposals(soon()))->empty());
    const auto unknown = id_of<policy::ProposalId>(404);
    CHECK(await(rights.decide(unknown, "bert", true, {}, bytes("decided"), soon())).error().code == Code::kNotFound);
    CHECK(await(rights.proposal(unknown, soon())).error().code == Code::kNotFound);
    CHECK(site.count("job") == 0);
    CHECK(site.entries("decided") == 0);
}

TEST_CASE("A restriction that is being set while another is lifted keeps its ground") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& rights = site.catalogue.rights();
    REQUIRE(await(rights.restrict(restriction(1, id, "accuracy"), {}, bytes("set"), soon())));
    // What a lift sees that waited for another's set: its row is in none of its snapshots, its count is.
    site.rows("update recording set restrictions = 2, restricted_ground = 'claims'");
    REQUIRE(await(rights.lift(id_of<RestrictionId>(1), "dpo", "notice", bytes("lifted"), soon())));
    CHECK(site.facts(id).access.restrictions == 1);
    CHECK(site.facts(id).access.restricted_ground == "claims");
}

TEST_CASE("Released holds and decided proposals are forgotten with the log's ordinary life, open ones never") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& rights = site.catalogue.rights();
    REQUIRE(await(rights.hold(hold(1), {id}, {}, bytes("hold"), soon())));
    REQUIRE(await(rights.hold(hold(2), {id}, {}, bytes("hold"), soon())));
    REQUIRE(await(rights.release_hold(id_of<policy::HoldId>(1), bytes("released"), soon())));
    REQUIRE(await(rights.propose(proposal(1), bytes("proposed"), soon())));
    REQUIRE(await(rights.propose(proposal(2), bytes("proposed"), soon())));
    REQUIRE(await(rights.decide(id_of<policy::ProposalId>(2), "bob", false, {}, bytes("rejected"), soon())));
    site.rows("update hold set released_at = '2025-06-01' where released_at is not null");
    site.rows("update proposal set decided_at = '2025-06-01' where decided_at is not null");
    CHECK(*await(rights.forget(date("2025-06-01"), soon())) == 0);
    CHECK(*await(rights.forget(date("2025-06-02"), soon())) == 2);
    CHECK(site.count("hold") == 1);
    CHECK(site.count("hold_recording") == 1);
    CHECK(site.count("proposal") == 1);
}
