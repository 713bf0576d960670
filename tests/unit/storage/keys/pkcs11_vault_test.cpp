#include "storage/keys/pkcs11_vault.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "storage/keys/pkcs11_objects.hpp"
#include "tests/support/faulty_token.hpp"
#include "tests/support/soft_token.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using policy::Result;
using storage::crypto::bytes_of;
using tests::FaultyToken;
using tests::SoftToken;

/// A vault on an empty token, by way of a module that may be told to fail.
struct Fixture {
    FaultyToken faulty;
    SoftToken token;
    std::unique_ptr<Pkcs11Vault> vault = open().value();

    Pkcs11TokenSettings settings() const {
        auto out = token.settings();
        out.module = FaultyToken::module();
        return out;
    }
    Result<std::unique_ptr<Pkcs11Vault>> open() const { return Pkcs11Vault::open({settings(), std::nullopt}); }
    bool works(KeyId key) const {
        const auto sealed = vault->seal(key, Use::kWrap, bytes_of("x"), {});
        return sealed.has_value() && vault->open(key, Use::kWrap, *sealed, {}).has_value();
    }
    KeyId day() const { return vault->create(KeyPurpose::kDay, "2026-11-26").value(); }
};

const KeyInfo* find(const std::vector<KeyInfo>& keys, KeyId id) {
    const auto found = std::ranges::find(keys, id, &KeyInfo::id);
    return found == keys.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("A key in a token cannot be read, made readable or changed, and was made there") {
    Fixture f;
    f.day();
    f.vault->create(KeyPurpose::kCheckpoint, "log").value();
    const auto token = Pkcs11Token::open(f.settings()).value();
    const auto looked = token->with_session([](Pkcs11Session& session) -> Result<void> {
        const auto objects = find_objects(session, std::nullopt).value();
        CHECK(objects.size() == 5);
        const auto& call = session.call();
        for (const auto& object : objects) {
            if (object.part == Part::kVerify) continue;
            std::array<CK_BYTE, 128> room{};
            CK_ATTRIBUTE value{CKA_VALUE, room.data(), room.size()};
            CHECK(call.C_GetAttributeValue(session.handle(), object.handle, &value, 1) == CKR_ATTRIBUTE_SENSITIVE);
            CK_BBOOL yes = CK_TRUE;
            CK_ATTRIBUTE extractable{CKA_EXTRACTABLE, &yes, sizeof yes};
            CHECK(call.C_SetAttributeValue(session.handle(), object.handle, &extractable, 1) != CKR_OK);
            CK_BBOOL no = CK_FALSE;
            CK_ATTRIBUTE sensitive{CKA_SENSITIVE, &no, sizeof no};
            CHECK(call.C_SetAttributeValue(session.handle(), object.handle, &sensitive, 1) != CKR_OK);
            std::array<CK_BBOOL, 4> facts{};
            std::array asked = std::to_array<CK_ATTRIBUTE>({{CKA_ALWAYS_SENSITIVE, &facts[0], 1},
                                                            {CKA_NEVER_EXTRACTABLE, &facts[1], 1},
                                                            {CKA_LOCAL, &facts[2], 1},
                                                            {CKA_PRIVATE, &facts[3], 1}});
            CHECK(call.C_GetAttributeValue(session.handle(), object.handle, asked.data(), asked.size()) == CKR_OK);
            CHECK(facts == std::array<CK_BBOOL, 4>{CK_TRUE, CK_TRUE, CK_TRUE, CK_TRUE});
        }
        return {};
    });
    CHECK(looked.has_value());
}

TEST_CASE("Sessions, login or token that were lost are opened anew, and the act is done") {
    Fixture f;
    const auto key = f.day();
    for (const CK_RV value : {CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_USER_NOT_LOGGED_IN,
                              CKR_DEVICE_REMOVED, CKR_DEVICE_ERROR, CKR_TOKEN_NOT_PRESENT}) {
        INFO(value);
        for (const char* function : {"C_GenerateRandom", "C_EncryptInit", "C_Encrypt", "C_DecryptInit", "C_Decrypt"}) {
            INFO(function);
            f.faulty.fail(function, value);
            const auto sealed = f.vault->seal(key, Use::kWrap, bytes_of("x"), {});
            INFO((sealed.has_error() ? sealed.error().what : "sealed"));
            REQUIRE(sealed.has_value());
            CHECK(f.vault->open(key, Use::kWrap, *sealed, {}).has_value());
        }
    }
    SECTION("also when somebody logs out, in truth") {
        const auto token = Pkcs11Token::open(f.settings()).value();
        const auto out = token->with_session(
            [](Pkcs11Session& session) { return session.check(session.call().C_Logout(session.handle()), "log out"); });
        REQUIRE(out.has_value());
        CHECK(f.works(key));
    }
    SECTION("one login serves any number of acts") {
        const int before = f.faulty.calls("C_Login");
        for (int i = 0; i < 20; ++i) CHECK(f.works(key));
        CHECK(f.faulty.calls("C_Login") == before);
    }
}

TEST_CASE("A token that is gone says so until it is back") {
    Fixture f;
    const auto key = f.day();
    f.faulty.fail("C_EncryptInit", CKR_DEVICE_REMOVED);
    f.faulty.fail("C_GetSlotList", CKR_DEVICE_ERROR);
    CHECK(f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kUnavailable);
    const int asked = f.faulty.calls("C_GetSlotList");
    CHECK_FALSE(f.works(key));  // it is left alone for a second
    CHECK(f.faulty.calls("C_GetSlotList") == asked);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    CHECK(f.works(key));
}

TEST_CASE("A PIN that is wrong is tried once, for tokens lock themselves") {
    Fixture f;
    const auto key = f.day();
    SECTION("at the start") {
        f.vault.reset();  // else this process is logged in already, and no PIN is asked for
        f.token.write_pin("0000\n");
        const auto opened = f.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == Code::kDenied);
    }
    SECTION("when the token was opened anew") {
        f.faulty.fail("C_EncryptInit", CKR_USER_NOT_LOGGED_IN);
        f.faulty.fail("C_Login", CKR_PIN_INCORRECT, 1);
        const auto sealed = f.vault->seal(key, Use::kWrap, bytes_of("x"), {});
        REQUIRE(sealed.has_error());
        CHECK(sealed.error().code == Code::kDenied);
        CHECK(sealed.error().what.find("restart") != std::string::npos);
        const int tried = f.faulty.calls("C_Login");
        CHECK_FALSE(f.works(key));
        CHECK(f.faulty.calls("C_Login") == tried);
    }
    SECTION("and one that is locked names who unlocks it") {
        f.vault.reset();
        f.faulty.fail("C_Login", CKR_PIN_LOCKED);
        const auto opened = f.open();
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == Code::kDenied);
        CHECK(opened.error().what.find("security officer") != std::string::npos);
    }
}

TEST_CASE("A token that is full, or fails in the middle, keeps no half of a key") {
    Fixture f;
    for (const int good : {0, 1, 2}) {
        INFO(good);
        f.faulty.fail("C_GenerateKey", CKR_DEVICE_MEMORY, 1, good);
        const auto made = f.vault->create(KeyPurpose::kDay, "2026-11-27");
        REQUIRE(made.has_error());
        CHECK(made.error().code == Code::kUnavailable);
        CHECK(made.error().what.find("full") != std::string::npos);
        CHECK(f.vault->list().value().empty());
    }
    CHECK(f.works(f.day()));
}

TEST_CASE("A set of which a part is gone is used no more, and its destruction ends well") {
    Fixture f;
    const auto key = f.day();
    f.faulty.fail("C_DestroyObject", CKR_FUNCTION_FAILED, 1, 1);
    CHECK(f.vault->destroy(key).error().code == Code::kUnavailable);
    for (const Use use : {Use::kWrap, Use::kField})
        CHECK(f.vault->seal(key, use, bytes_of("x"), {}).error().code == Code::kUnavailable);
    CHECK(f.vault->mac(key, Use::kIndex, bytes_of("x")).error().code == Code::kUnavailable);
    const auto listed = f.vault->list().value();
    REQUIRE(find(listed, key) != nullptr);
    CHECK_FALSE(find(listed, key)->usable);
    CHECK(f.vault->destroy(key).has_value());
    CHECK(f.vault->list().value().empty());
}

TEST_CASE("A key that another host destroyed is gone here, however lately it was used") {
    Fixture f;
    const auto key = f.day();
    const auto other = f.open().value();
    REQUIRE(f.works(key));
    REQUIRE(other->destroy(key).has_value());
    CHECK(f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kNotFound);
    CHECK(f.vault->mac(key, Use::kIndex, bytes_of("x")).error().code == Code::kNotFound);
}

TEST_CASE("A token in trouble is not mistaken for a sealed message that is damaged") {
    Fixture f;
    const auto key = f.day();
    const auto sealed = f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).value();
    f.faulty.fail("C_Decrypt", CKR_GENERAL_ERROR, 2);
    CHECK(f.vault->open(key, Use::kWrap, sealed, {}).error().code == Code::kUnavailable);
    f.faulty.fail("C_Decrypt", CKR_FUNCTION_FAILED, 1);
    CHECK(f.vault->open(key, Use::kWrap, sealed, {}).has_value());
    f.faulty.fail("C_Decrypt", CKR_ENCRYPTED_DATA_INVALID, 1);  // says what it means
    CHECK(f.vault->open(key, Use::kWrap, sealed, {}).error().code == Code::kCorrupt);
}

TEST_CASE("A key is used once the second token holds it") {
    Fixture f;
    SoftToken second;
    auto other = second.settings();
    other.module = FaultyToken::module();
    f.vault = Pkcs11Vault::open({f.settings(), other}).value();
    const auto key = f.day();
    CHECK(f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kUnavailable);
    CHECK_FALSE(f.vault->list().value().at(0).usable);
    CHECK_FALSE(f.vault->usable(key).value());

    // What the maker's replication does, as far as we look: a set of that id.
    const auto token = Pkcs11Token::open(other).value();
    const KeyInfo info{key, KeyPurpose::kDay, "2026-11-26", true};
    const auto copied = token->with_session([&](Pkcs11Session& session) -> Result<void> {
        for (const Part part : parts_of(info.purpose)) make_part(session, info, part).value();
        return {};
    });
    REQUIRE(copied.has_value());
    CHECK(f.works(key));
    CHECK(f.vault->list().value().at(0).usable);
    CHECK(f.vault->usable(key).value());
    CHECK(f.vault->destroy(key).has_value());
    const auto left = token->with_session([&](Pkcs11Session& session) { return find_objects(session, key); });
    CHECK(left.value().empty());
}

TEST_CASE("A destruction that only the first token carried out is seen, and done again in both") {
    Fixture f;
    SoftToken second;
    auto other = second.settings();
    other.module = FaultyToken::module();
    const auto key = f.day();
    f.vault = Pkcs11Vault::open({other, f.settings()}).value();  // the second alone holds it now
    const auto left = f.vault->list().value();
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == key);
    CHECK_FALSE(left[0].usable);
    CHECK_FALSE(left[0].in_vault);
    CHECK(f.vault->missing_from_vault().value().empty());  // nobody is told to bring it back
    CHECK(f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kNotFound);
    CHECK(f.vault->destroy(key).has_value());
    CHECK(f.vault->list().value().empty());
}

TEST_CASE("A key that the token does not describe is neither absent nor destroyed") {
    Fixture f;
    const auto key = f.day();
    for (const CK_RV value : {CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR, CKR_HOST_MEMORY, CK_RV{0x80000001}}) {
        INFO(value);
        f.faulty.fail("C_GetAttributeValue", value, 1000);
        CHECK(f.vault->destroy(key).error().code == Code::kUnavailable);
        CHECK(f.vault->list().error().code == Code::kUnavailable);
        CHECK(f.vault->seal(key, Use::kWrap, bytes_of("x"), {}).error().code == Code::kUnavailable);
        f.faulty.fail("C_GetAttributeValue", CKR_OK, 0);
        CHECK(f.works(key));
    }
}

TEST_CASE("A key whose making was cut off is made anew, whole, and nothing of the first try is left") {
    Fixture f;
    for (const char* function : {"C_GenerateKey", "C_GetAttributeValue"}) {
        for (int after = 0; after < 3; ++after) {
            INFO(function << " after " << after);
            f.faulty.fail(function, CKR_DEVICE_ERROR, 1, after);
            const auto key = f.day();
            CHECK(f.works(key));
            CHECK(f.vault->list().value().size() == 1);
            CHECK(f.vault->destroy(key).has_value());
        }
    }
}

TEST_CASE("Trouble that a maker has no better word for is over when the token is opened anew") {
    Fixture f;
    const auto key = f.day();
    const int logins = f.faulty.calls("C_Login");
    f.faulty.fail("C_GenerateRandom", CKR_GENERAL_ERROR, 1);
    f.faulty.fail("C_OpenSession", CKR_FUNCTION_FAILED, 1);
    CHECK(f.works(key));
    CHECK(f.faulty.calls("C_Login") == logins + 1);
}

TEST_CASE("Of two tokens with one label neither is taken") {
    Fixture f;
    const auto twin = f.token.twin();
    f.vault.reset();
    const auto opened = f.open();
    REQUIRE(opened.has_error());
    CHECK(opened.error().what.find("two tokens") != std::string::npos);
}

TEST_CASE("A maker's other words for a wrong PIN are tried once as well, and passing trouble again") {
    Fixture f;
    const auto key = f.day();
    for (const CK_RV value : {CKR_FUNCTION_FAILED, CKR_PIN_LEN_RANGE}) {
        INFO(value);
        f.faulty.fail("C_EncryptInit", CKR_USER_NOT_LOGGED_IN);
        f.faulty.fail("C_Login", value, 1);
        CHECK_FALSE(f.works(key));
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
        CHECK(f.works(key) == (value == CKR_FUNCTION_FAILED));
    }
}

TEST_CASE("An act that throws gives its session back, closed") {
    Fixture f;
    const auto token = Pkcs11Token::open(f.settings()).value();
    for (int i = 0; i < 40; ++i) {
        const auto thrown = [](Pkcs11Session&) -> Result<void> { throw std::bad_alloc(); };
        CHECK_THROWS_AS(token->with_session(thrown), std::bad_alloc);
    }
    CHECK(token->with_session([](Pkcs11Session& session) { return expect_login(session); }).has_value());
}

TEST_CASE("A key is destroyed while others never stop to use theirs") {
    Fixture f;
    const auto key = f.day();
    const auto doomed = f.day();
    std::atomic<bool> over{false};
    std::vector<std::thread> users;
    for (int i = 0; i < 4; ++i) {
        users.emplace_back([&] {
            while (!over) static_cast<void>(f.works(key));
        });
    }
    CHECK(f.vault->destroy(doomed).has_value());
    over = true;
    for (auto& user : users) user.join();
}

TEST_CASE("A token that cannot do what is needed is refused, with all that it lacks") {
    Fixture f;
    f.vault.reset();
    f.faulty.fail("C_GetMechanismInfo", CKR_MECHANISM_INVALID, 6);
    const auto opened = f.open();
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Code::kInvalid);
    for (const char* name : {"CKM_AES_GCM", "CKM_EDDSA", "CKM_SHA256_HMAC"})
        CHECK(opened.error().what.find(name) != std::string::npos);
}

TEST_CASE("What is no module, no token or no PIN file is refused with what to do") {
    SoftToken token;
    auto settings = token.settings();
    settings.module = "/nonexistent/module.so";
    CHECK(Pkcs11Vault::open({settings, std::nullopt}).error().code == Code::kNotFound);
    settings.module = "/etc/hostname";
    CHECK(Pkcs11Vault::open({settings, std::nullopt}).error().code == Code::kInvalid);
    settings = token.settings();
    settings.label = "nobody's";
    CHECK(Pkcs11Vault::open({settings, std::nullopt}).error().code == Code::kUnavailable);
    settings = token.settings();
    std::filesystem::permissions(settings.pin_file,
                                 std::filesystem::perms::owner_all | std::filesystem::perms::group_read);
    CHECK(Pkcs11Vault::open({settings, std::nullopt}).error().code == Code::kInvalid);
    std::filesystem::remove(settings.pin_file);
    CHECK(Pkcs11Vault::open({settings, std::nullopt}).error().code == Code::kNotFound);
}
