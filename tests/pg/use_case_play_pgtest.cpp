#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "gateway/recordings/listen.hpp"
#include "gateway/recordings/open_play.hpp"
#include "gateway/recordings/play_source.hpp"
#include "tests/pg/rights_world.hpp"
#include "tests/support/forwarding_vault.hpp"
#include "tests/support/tone.hpp"

// Plays over a real database, vault and store: who gets one, what it says in the log, and when it stops.

namespace {

using gateway::http::Method;
using gateway::http::Request;
using gateway::recordings::PlayEnd;
using gateway::recordings::PlaySource;
using storage::keys::Use;
using tests::RightsWorld;

const std::string kQuality = R"({"purpose":"quality"})";

/// The world with the use cases of listening, and a call of ten seconds.
struct PlayWorld : RightsWorld {
    gateway::recordings::OpenPlay opening{services(), plays()};
    gateway::recordings::Listen listening{services(), plays()};
    std::vector<std::byte> voice = tests::tone_wav(10);
    policy::RecordingId call = audible("call-1", voice);
    std::string path = "/v1/recordings/" + call.text() + "/plays";

    PlayWorld() {
        serve(Method::kPost, "/v1/recordings/{id}/plays", [this](Request& r) { return opening.handle(r); });
        serve(Method::kGet, "/v1/plays/{id}", [this](Request& r) { return listening.state(r); });
        serve(Method::kDelete, "/v1/plays/{id}", [this](Request& r) { return listening.close(r); });
        serve(Method::kGet, "/v1/plays/{id}/audio.wav", [this](Request& r) { return listening.audio(r); });
    }

    Answer open(uid_t who = kQa) { return post(who, path, kQuality); }
    std::string opened(uid_t who = kQa) {
        const auto answer = open(who);
        INFO(answer.body);
        REQUIRE(answer.status == 201);
        return answer.location;
    }
    std::shared_ptr<gateway::recordings::Play> running(const std::string& location) {
        return plays().find(policy::PlayId::parse(location.substr(std::string("/v1/plays/").size())).value());
    }
    /// How many denied tries of this reason stand in the log.
    std::string denied(const std::string& reason, const std::string& action = "play.open") {
        return one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"" + action +
                   "\"%' and convert_from(bytes, 'UTF8') like '%\"deny\"%' and convert_from(bytes, 'UTF8') like '%\"" +
                   reason + "\"%'");
    }
    void purge_begins() {
        one("update recording set state = 'purging', purge_ground = 'retention', version = version + 1 returning 1");
    }
    void destroy_day_keys() {
        const auto keys = services().vault.list().value();
        for (const auto& key : keys) {
            if (key.purpose == storage::keys::KeyPurpose::kDay) services().vault.destroy(key.id).value();
        }
    }
    bool corrupt_counted() {
        return services().metrics.text().find("callvault_corrupt_objects_total 1") != std::string::npos;
    }
};

/// The same world seen from a second gateway, on which nothing runs yet: its paths end in .m4a.
struct TwoGateways : PlayWorld {
    gateway::recordings::Services other_services{services()};
    gateway::recordings::PlayRegistry other_plays{other_services, std::chrono::seconds(15), std::chrono::minutes(5)};
    gateway::recordings::Listen other_listening{other_services, other_plays};

    TwoGateways() {
        other_services.gateway = "gateway-2";
        serve(Method::kGet, "/v1/plays/{id}/audio.m4a", [this](Request& r) { return other_listening.audio(r); });
        serve(Method::kDelete, "/v1/plays/{id}/other", [this](Request& r) { return other_listening.close(r); });
    }
    std::string closing() {
        return one(
            "select string_agg(convert_from(bytes, 'UTF8'), ' ') from audit_entry where "
            "convert_from(bytes, 'UTF8') like '%\"play.close\"%'");
    }
    std::string closed_as() { return one("select coalesce(close_reason, 'open') from play"); }
};

/// A gateway whose calls of the vault are counted.
struct CountedGateway : PlayWorld {
    class Counting final : public tests::ForwardingVault {
      public:
        using ForwardingVault::ForwardingVault;
        std::atomic<int> calls = 0;
        policy::Result<storage::crypto::Bytes> seal(policy::KeyId id, Use use, std::span<const std::byte> plain,
                                                    std::span<const std::byte> associated) override {
            ++calls;
            return inner().seal(id, use, plain, associated);
        }
        policy::Result<storage::crypto::SecretBytes> open(policy::KeyId id, Use use, std::span<const std::byte> sealed,
                                                          std::span<const std::byte> associated) override {
            ++calls;
            return inner().open(id, use, sealed, associated);
        }
        policy::Result<storage::crypto::Digest256> mac(policy::KeyId id, Use use,
                                                       std::span<const std::byte> message) override {
            ++calls;
            return inner().mac(id, use, message);
        }
    };
    Counting vault{services().vault};
    tests::Over over{services(), vault};
    gateway::recordings::PlayRegistry counted_plays{over.services, std::chrono::seconds(15), std::chrono::minutes(5)};
    gateway::recordings::OpenPlay counted_opening{over.services, counted_plays};
    gateway::recordings::Listen counted_listening{over.services, counted_plays};

    CountedGateway() {
        serve(Method::kPost, "/v1/recordings/{id}/counted", [this](Request& r) { return counted_opening.handle(r); });
        serve(Method::kGet, "/v1/plays/{id}/audio.m4a", [this](Request& r) { return counted_listening.audio(r); });
    }
    /// What opening a play of that call costs.
    int cost_of(const policy::RecordingId& recording) {
        const int before = vault.calls;
        const auto answer = post(kQa, "/v1/recordings/" + recording.text() + "/counted", kQuality);
        REQUIRE(answer.status == 201);
        last = answer.location;
        return vault.calls - before;
    }
    std::string last;
};

}  // namespace

TEST_CASE("A play costs the vault one operation, a range none; an epoch one a process") {
    CountedGateway world;
    const auto other = world.audible("call-2", world.voice);
    CHECK(world.cost_of(world.call) == 2);  // the epoch too
    const auto first = policy::PlayId::parse(world.last.substr(std::string("/v1/plays/").size())).value();
    CHECK(world.cost_of(other) == 1);
    const int before = world.vault.calls;
    CHECK(world.get(RightsWorld::kQa, world.last + "/audio.m4a").status == 200);
    CHECK(world.vault.calls == before);
    tests::await(world.counted_plays.close(world.counted_plays.find(first), PlayEnd::kClosed)).value();
    CHECK(world.cost_of(other) == 0);  // its key is in memory for a minute
    CHECK(world.one("select count(distinct log) from (select regexp_match(convert_from(bytes, 'UTF8'), "
                    "'\"recording\":\"([0-9a-f]+)\"') log from audit_entry where convert_from(bytes, 'UTF8') "
                    "like '%\"play.open\"%') opened") == "2");
}

TEST_CASE("A play is heard at any gateway, by whom it belongs to alone, and its entry says what all of them served") {
    TwoGateways world;
    const auto play = world.opened();
    const auto file = world.running(play);
    const auto source = std::make_unique<PlaySource>(world.services(), file,
                                                     gateway::http::ByteRange{0, 44 + 16000 * 4 - 1});  // four seconds
    while (file->served_bytes() < 44 + 16000 * 4) tests::await(source->next(262144)).value();
    CHECK(world.get(RightsWorld::kOlivia, play + "/audio.m4a").status == 404);
    CHECK(world.other_plays.size() == 0);
    const auto heard = world.get(RightsWorld::kQa, play + "/audio.m4a");
    REQUIRE(heard.status == 200);
    CHECK((heard.body == std::string(reinterpret_cast<const char*>(world.voice.data()), world.voice.size())));
    CHECK(world.one("select array_length(holders, 1) from play") == "2");
    tests::await(world.plays().close(file, PlayEnd::kClosed)).value();
    CHECK(world.closing().empty());
    CHECK(world.get(RightsWorld::kQa, play + "/audio.wav").status == 410);
    tests::await(world.other_plays.renew_all()).value();
    CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 410);
    tests::await(world.other_plays.close_ended()).value();
    CHECK(world.closing().find("\"served_ms\":10000") != std::string::npos);
    CHECK(world.closing().find("\"closed\"") != std::string::npos);
    CHECK(world.one("select served_bytes from play") == std::to_string(world.voice.size()));
}

TEST_CASE("A gateway that stops leaves its plays open, with what was served, to the next one that is asked") {
    TwoGateways world;
    const auto play = world.opened();
    const auto file = world.running(play);
    const auto source = std::make_unique<PlaySource>(world.services(), file, gateway::http::ByteRange{44, 16000});
    tests::await(source->next(16000)).value();
    tests::await(world.plays().hand_over_all());
    CHECK(file->ended());
    CHECK(world.closed_as() == "open");
    CHECK(world.closing().empty());
    CHECK(world.one("select served_bytes from play") == std::to_string(file->served_bytes()));
    REQUIRE(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 200);
    CHECK(world.one("select array_to_string(holders, ',') from play") == "gateway-2");
}

TEST_CASE("Nobody takes a play up whose session, recording or right has gone") {
    TwoGateways world;
    const auto play = world.opened();
    SECTION("logged out") {
        world.one(
            "insert into revoked_session (session_mac, expires_at) select session_mac, now() + interval '1 hour' "
            "from play returning 1");
        CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 410);  // its first renewal says so
        tests::await(world.other_plays.close_ended()).value();
        CHECK(world.one("select close_reason || served_bytes from play") == "logged_out0");
    }
    SECTION("purging, its keys gone") {
        world.purge_begins();
        world.destroy_day_keys();
        CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 410);
        CHECK(world.denied("revoked") == "1");
    }
    SECTION("restricted since") {
        world.one(
            "update recording set restrictions = 1, restricted_ground = 'objection', version = version + 1 "
            "returning 1");
        CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 410);
    }
    SECTION("ended at a gateway that does not hold it") {
        CHECK(world.remove(RightsWorld::kQa, play + "/other").status == 204);
        CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 410);
        CHECK(world.get(RightsWorld::kQa, play + "/audio.wav").status == 200);  // until it renews
        tests::await(world.plays().renew_all()).value();
        CHECK(world.get(RightsWorld::kQa, play + "/audio.wav").status == 410);
        tests::await(world.plays().close_ended()).value();
        CHECK(world.closed_as() == "closed");
    }
    CHECK(world.other_plays.size() == 0);
}

TEST_CASE("A play that is idle at one gateway goes on at the other, and comes back when it is asked for") {
    TwoGateways world;
    const auto play = world.opened();
    REQUIRE(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 200);
    world.running(play)->end(PlayEnd::kIdle);
    CHECK(world.get(RightsWorld::kQa, play + "/audio.wav").status == 200);
    world.running(play)->end(PlayEnd::kIdle);
    tests::await(world.plays().close_ended()).value();
    CHECK(world.closed_as() == "open");
    CHECK(world.get(RightsWorld::kQa, play + "/audio.m4a").status == 200);
}

TEST_CASE("A gateway whose lease ran out sends nothing, and goes on with the play once it is renewed") {
    PlayWorld world;
    const auto location = world.opened();
    world.running(location)->renewed(std::chrono::steady_clock::now());
    CHECK(world.get(RightsWorld::kQa, location + "/audio.wav").status == 503);
    world.one("update play set lease_until = now() - interval '1 minute' returning 1");
    tests::await(world.plays().renew_all()).value();
    CHECK(world.get(RightsWorld::kQa, location + "/audio.wav").status == 200);
}

TEST_CASE("A play is opened and heard to the sample, and its facts stand in the log") {
    PlayWorld world;
    const auto play = world.opened();
    const auto heard = world.get(RightsWorld::kQa, play + "/audio.wav");
    REQUIRE(heard.status == 200);
    const std::string pushed(reinterpret_cast<const char*>(world.voice.data()), world.voice.size());
    REQUIRE((heard.body == pushed));
    CHECK(world.get(RightsWorld::kOlivia, play + "/audio.wav").status == 404);
}

TEST_CASE(
    "While its day's key is gone and its row is not yet, a recording is 410 to who might have played it, else 404") {
    PlayWorld world;
    world.purge_begins();
    world.destroy_day_keys();
    CHECK(world.open().status == 410);
    CHECK(world.open(RightsWorld::kSales).status == 404);
    CHECK(world.open(RightsWorld::kAdmin).status == 403);
    CHECK(world.denied("purging") == "1");
    CHECK_FALSE(world.corrupt_counted());
}

TEST_CASE("What was handed out counts as served, and after the end nothing is handed out") {
    PlayWorld world;
    const auto play = world.running(world.opened());
    const auto source = std::make_unique<PlaySource>(world.services(), play,
                                                     gateway::http::ByteRange{0, play->file().size_in_bytes() - 1});
    const auto piece = tests::await(source->next(32768)).value();
    CHECK(play->served_bytes() == static_cast<std::int64_t>(piece.size()));
    CHECK(source->may_flow());
    world.plays().end_recording(world.call, PlayEnd::kRevoked);
    CHECK_FALSE(source->may_flow());
    CHECK(tests::await(source->next(32768)).has_error());
    CHECK(play->served_bytes() == static_cast<std::int64_t>(piece.size()));
}

TEST_CASE("A player that seeks on and on is always answered: the oldest answer makes place") {
    PlayWorld world;
    const auto location = world.opened();
    const auto play = world.running(location);
    std::vector<std::unique_ptr<PlaySource>> left;
    for (std::size_t i = 0; i < gateway::recordings::Play::kMaxAnswers; ++i)
        left.push_back(std::make_unique<PlaySource>(world.services(), play, gateway::http::ByteRange{0, 100}));
    tests::await(left[0]->next(50)).value();
    CHECK(world.get(RightsWorld::kQa, location + "/audio.wav").status == 200);
    CHECK_FALSE(left[0]->may_flow());
    CHECK(tests::await(left[0]->next(50)).error().code == policy::Code::kDenied);
    for (std::size_t i = 1; i < left.size(); ++i) CHECK(left[i]->may_flow());
    // One that is over has left its place to nobody else's loss.
    left.pop_back();
    left.push_back(std::make_unique<PlaySource>(world.services(), play, gateway::http::ByteRange{0, 100}));
    for (std::size_t i = 1; i < left.size(); ++i) CHECK(left[i]->may_flow());
}

TEST_CASE("A key that is gone before its recording's row says so is 410 too, and no damage") {
    PlayWorld world;
    world.destroy_day_keys();
    CHECK(world.open().status == 410);
    CHECK(world.denied("gone") == "1");
    CHECK_FALSE(world.corrupt_counted());
}

TEST_CASE("A recording whose object is missing while nothing purges it is damage: 500 and an alarm") {
    PlayWorld world;
    const auto name = storage::objects::ObjectName::parse("recordings/" + world.call.text()).value();
    tests::await(world.services().objects.remove(name, world.services().deadline())).value();
    CHECK(world.open().status == 500);
    CHECK(world.corrupt_counted());
}

TEST_CASE("A known subject's denial stands in the log, whatever it was denied for") {
    PlayWorld world;
    world.one("update recording set unplayable = 'codec' returning 1");
    CHECK(world.open().status == 409);
    CHECK(world.denied("unplayable") == "1");
    world.one("update recording set unplayable = null returning 1");

    const auto play = world.opened();
    for (const auto& path : {play, play + "/audio.wav", "/v1/plays/" + std::string(32, '0')}) {
        CHECK(world.get(RightsWorld::kOlivia, path).status == 404);
    }
    CHECK(world.denied("not_found") == "3");

    world.opened();
    CHECK(world.open().status == 429);
    CHECK(world.denied("too_many_plays") == "1");

    world.one(
        "insert into revoked_session (session_mac, expires_at) select session_mac, now() + interval '1 hour' from play "
        "limit 1 returning 1");
    world.plays().end_all(PlayEnd::kRevoked);
    CHECK(world.open().status == 401);
    CHECK(world.denied("session_revoked") == "1");
}

TEST_CASE("Closing entries are written apart from the renewal, which many ended plays do not delay") {
    PlayWorld world;
    const auto first = world.opened();
    const auto second = world.opened();
    world.running(first)->end(PlayEnd::kIdle);
    tests::await(world.plays().renew_all()).value();
    CHECK(world.plays().size() == 2);
    CHECK(world.one("select count(*) from play where closed_at is null") == "2");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"play.close\"%'") ==
          "0");
    tests::await(world.plays().close_ended()).value();
    CHECK(world.plays().size() == 1);
    CHECK(world.one("select close_reason from play where closed_at is not null") == "idle");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"play.close\"%'") ==
          "1");
    CHECK(world.get(RightsWorld::kQa, second + "/audio.wav").status == 200);
}

TEST_CASE("However many close a play at once, one entry says so") {
    PlayWorld world;
    const auto play = world.running(world.opened());
    world.one("with gone as (delete from recording returning id) select count(*) from gone");
    std::vector<boost::asio::awaitable<policy::Result<void>>> closings;
    for (int i = 0; i < 4; ++i) closings.push_back(world.plays().close(play, PlayEnd::kClosed));
    for (const auto& closed : tests::await_all(std::move(closings))) CHECK(closed.has_value());
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"play.close\"%'") ==
          "1");
    CHECK(world.plays().size() == 0);
}

TEST_CASE("When who may come in changes, every play ends, and so does one that was decided on before") {
    PlayWorld world;
    const auto before = world.plays().generation();
    const auto location = world.opened();
    const auto play = world.running(location);
    world.plays().end_all(PlayEnd::kRevoked);
    CHECK(play->ended() == PlayEnd::kRevoked);
    CHECK(world.get(RightsWorld::kQa, location + "/audio.wav").status == 410);
    const auto late = world.running(world.opened());
    CHECK_FALSE(late->ended());
    world.plays().add(late, before);
    CHECK(late->ended() == PlayEnd::kRevoked);
}
