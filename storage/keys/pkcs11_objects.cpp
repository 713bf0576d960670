#include "storage/keys/pkcs11_objects.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <set>
#include <string_view>

namespace storage::keys {

using crypto::Bytes;
using crypto::PublicKey;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

constexpr std::string_view kPrefix = "callvault/";
constexpr std::array<std::string_view, 5> kPartNames{"wrap", "field", "index", "sign", "verify"};
constexpr CK_ULONG kKeyBytes = 32;
constexpr std::size_t kFoundAtOnce = 64;
/// 1.3.101.112, the object identifier of Ed25519 (RFC 8410).
constexpr std::array<std::byte, 5> kEd25519{std::byte{0x06}, std::byte{0x03}, std::byte{0x2B}, std::byte{0x65},
                                            std::byte{0x70}};

/// Attributes for a call of the module, with what they point to.
class Attributes {
  public:
    Attributes& flag(CK_ATTRIBUTE_TYPE type, bool value) { return put<CK_BBOOL>(type, value ? CK_TRUE : CK_FALSE); }
    Attributes& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) { return put<CK_ULONG>(type, value); }
    Attributes& bytes(CK_ATTRIBUTE_TYPE type, std::span<const std::byte> value) {
        auto& kept = kept_.emplace_back(value.begin(), value.end());
        list_.push_back({type, kept.data(), static_cast<CK_ULONG>(kept.size())});
        return *this;
    }
    CK_ATTRIBUTE* data() noexcept { return list_.data(); }
    CK_ULONG size() const noexcept { return static_cast<CK_ULONG>(list_.size()); }

  private:
    template <class T>
    Attributes& put(CK_ATTRIBUTE_TYPE type, T value) {
        return bytes(type, std::as_bytes(std::span<const T, 1>(&value, 1)));
    }
    std::deque<Bytes> kept_;
    std::vector<CK_ATTRIBUTE> list_;
};

std::string object_label(const KeyInfo& info, Part part) {
    return std::string(kPrefix) + std::string(name_of(info.purpose)) + '/' +
           std::string(kPartNames.at(static_cast<std::size_t>(part))) + '/' + info.label;
}

/// Nothing for an object that is not ours.
std::optional<TokenObject> parse_label(std::string_view text) {
    if (!text.starts_with(kPrefix)) return std::nullopt;
    text.remove_prefix(kPrefix.size());
    const auto first = text.find('/');
    const auto second = first == text.npos ? text.npos : text.find('/', first + 1);
    if (second == text.npos) return std::nullopt;
    const auto* const purpose =
        std::ranges::find(kKeyPurposes, text.substr(0, first), [](KeyPurpose one) { return name_of(one); });
    const auto* const part = std::ranges::find(kPartNames, text.substr(first + 1, second - first - 1));
    if (purpose == kKeyPurposes.end() || part == kPartNames.end()) return std::nullopt;
    TokenObject out;
    out.purpose = *purpose;
    out.part = static_cast<Part>(part - kPartNames.begin());
    out.label = text.substr(second + 1);
    return out;
}

/// What every object of ours has.
Attributes common(const KeyInfo& info, Part part) {
    Attributes out;
    out.flag(CKA_TOKEN, true).flag(CKA_MODIFIABLE, false).bytes(CKA_ID, std::as_bytes(std::span(info.id.bytes())));
    out.bytes(CKA_LABEL, crypto::bytes_of(object_label(info, part)));
    return out;
}

Attributes secret(const KeyInfo& info, Part part) {
    auto out = common(info, part);
    out.flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    return out;
}

constexpr CK_ULONG kLongestAttribute = 4096;

/// What it says of itself; `value` on success.
CK_RV read_attribute(Pkcs11Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, Bytes& value) {
    CK_ATTRIBUTE wanted{type, nullptr, 0};
    const auto& call = session.call();
    const CK_RV sized = call.C_GetAttributeValue(session.handle(), object, &wanted, 1);
    if (sized != CKR_OK) return sized;
    if (wanted.ulValueLen > kLongestAttribute) return CKR_ATTRIBUTE_VALUE_INVALID;
    value.resize(wanted.ulValueLen);
    wanted.pValue = value.data();
    const CK_RV done = call.C_GetAttributeValue(session.handle(), object, &wanted, 1);
    if (done == CKR_OK) value.resize(std::min<std::size_t>(value.size(), wanted.ulValueLen));
    return done;
}

Result<std::vector<CK_OBJECT_HANDLE>> find(Pkcs11Session& session, Attributes wanted) {
    const auto& call = session.call();
    if (const auto before = expect_login(session); !before) return before.error();
    const auto begun = session.check(call.C_FindObjectsInit(session.handle(), wanted.data(), wanted.size()), "search");
    if (!begun) return begun.error();
    std::vector<CK_OBJECT_HANDLE> out;
    std::array<CK_OBJECT_HANDLE, kFoundAtOnce> some{};
    CK_ULONG count = 0;
    Result<void> going;
    do {
        going = session.check(call.C_FindObjects(session.handle(), some.data(), some.size(), &count), "search");
        if (going.has_value()) out.insert(out.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    } while (going.has_value() && count == some.size());
    const auto ended = session.check(call.C_FindObjectsFinal(session.handle()), "end a search");
    if (!going) return going.error();
    if (!ended) return ended.error();
    if (const auto after = expect_login(session); !after) return after.error();
    return out;
}

/// Nothing for an object that is not ours, or that was destroyed meanwhile. That it cannot be read is no absence.
Result<std::optional<TokenObject>> describe(Pkcs11Session& session, CK_OBJECT_HANDLE handle) {
    const auto none = std::optional<TokenObject>();
    Bytes label;
    const CK_RV said = read_attribute(session, handle, CKA_LABEL, label);
    if (is_no_object(said) || said == CKR_ATTRIBUTE_TYPE_INVALID) return none;
    if (const auto read = session.check(said, "say what an object is called"); !read) return read.error();
    auto object = parse_label(crypto::text_of(label));
    if (!object) return none;
    Bytes number;
    const CK_RV numbered = read_attribute(session, handle, CKA_ID, number);
    if (is_no_object(numbered)) return none;
    if (const auto read = session.check(numbered, "say an object's id"); !read) return read.error();
    KeyId::Bytes id{};
    if (number.size() != id.size()) return none;
    std::memcpy(id.data(), number.data(), id.size());
    object->handle = handle;
    object->id = KeyId(id);
    return object;
}

Result<CK_OBJECT_HANDLE> generate(Pkcs11Session& session, const KeyInfo& info, Part part) {
    const auto& call = session.call();
    CK_OBJECT_HANDLE made = 0;
    if (part == Part::kSign) {
        CK_OBJECT_HANDLE public_half = 0;
        CK_MECHANISM how{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
        auto open = common(info, Part::kVerify);
        open.flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true).bytes(CKA_EC_PARAMS, kEd25519);
        auto closed = secret(info, Part::kSign);
        closed.flag(CKA_SIGN, true);
        const auto done = session.check(call.C_GenerateKeyPair(session.handle(), &how, open.data(), open.size(),
                                                               closed.data(), closed.size(), &public_half, &made),
                                        "make a signing key");
        if (!done) return done.error();
        return made;
    }
    auto wanted = secret(info, part);
    wanted.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_VALUE_LEN, kKeyBytes);
    if (part == Part::kIndex) {
        CK_MECHANISM how{CKM_GENERIC_SECRET_KEY_GEN, nullptr, 0};
        wanted.number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).flag(CKA_SIGN, true);
        const auto done = session.check(call.C_GenerateKey(session.handle(), &how, wanted.data(), wanted.size(), &made),
                                        "make a key for MACs");
        if (!done) return done.error();
        return made;
    }
    CK_MECHANISM how{CKM_AES_KEY_GEN, nullptr, 0};
    wanted.number(CKA_KEY_TYPE, CKK_AES).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true);
    const auto done = session.check(call.C_GenerateKey(session.handle(), &how, wanted.data(), wanted.size(), &made),
                                    "make a sealing key");
    if (!done) return done.error();
    return made;
}

}  // namespace

Result<void> expect_login(Pkcs11Session& session) {
    CK_SESSION_INFO facts{};
    const auto asked = session.check(session.call().C_GetSessionInfo(session.handle(), &facts), "say who is logged in");
    if (!asked) return asked.error();
    if (facts.state != CKS_RW_USER_FUNCTIONS) return session.check(CKR_USER_NOT_LOGGED_IN, "search").error();
    return {};
}

std::vector<Part> parts_of(KeyPurpose purpose) {
    if (permits_signing(purpose)) return {Part::kSign, Part::kVerify};
    std::vector<Part> out;
    if (permits(purpose, Use::kWrap)) out.push_back(Part::kWrap);
    if (permits(purpose, Use::kField)) out.push_back(Part::kField);
    if (permits(purpose, Use::kIndex)) out.push_back(Part::kIndex);
    return out;
}

Result<void> make_part(Pkcs11Session& session, const KeyInfo& info, Part part) {
    const auto made = generate(session, info, part);
    if (!made) return made.error();
    Bytes id;
    const auto read = session.check(read_attribute(session, *made, CKA_ID, id), "show the key that it made");
    if (!read) return read.error();
    if (!std::ranges::equal(id, std::as_bytes(std::span(info.id.bytes()))))
        return fail(Code::kUnavailable, "the token does not show the key that it made");
    return {};
}

Result<std::vector<CK_OBJECT_HANDLE>> find_handles(Pkcs11Session& session, std::optional<KeyId> id) {
    Attributes wanted;
    wanted.flag(CKA_TOKEN, true);
    if (id) wanted.bytes(CKA_ID, std::as_bytes(std::span(id->bytes())));
    return find(session, std::move(wanted));
}

Result<std::vector<TokenObject>> find_objects(Pkcs11Session& session, std::optional<KeyId> id) {
    const auto handles = find_handles(session, id);
    if (!handles) return handles.error();
    std::vector<TokenObject> out;
    for (const auto handle : *handles) {
        auto object = describe(session, handle);
        if (!object) return object.error();
        if (*object) out.push_back(std::move(**object));
    }
    return out;
}

Result<std::vector<TokenKeySet>> find_sets(Pkcs11Session& session, std::optional<KeyId> id) {
    auto objects = find_objects(session, id);
    if (!objects) return objects.error();
    std::map<KeyId, TokenKeySet> sets;
    std::set<KeyId> odd;  // two of a part: a call that was repeated when its session was lost
    for (auto& object : *objects) {
        auto& set = sets[object.id];
        set.info = {object.id, object.purpose, std::move(object.label), false};
        if (!set.parts.emplace(object.part, object.handle).second) odd.insert(object.id);
    }
    std::vector<TokenKeySet> out;
    for (auto& entry : sets) {
        auto& set = entry.second;
        const auto wanted = parts_of(set.info.purpose);
        set.info.usable = !odd.contains(entry.first) && set.parts.size() == wanted.size() &&
                          std::ranges::all_of(wanted, [&](Part part) { return set.parts.contains(part); });
        out.push_back(std::move(set));
    }
    return out;
}

Result<PublicKey> read_public_key(Pkcs11Session& session, CK_OBJECT_HANDLE object) {
    // A DER octet string, or, with some makers, its content.
    Bytes point;
    const auto read = session.check(read_attribute(session, object, CKA_EC_POINT, point), "give a public key");
    if (!read) return read.error();
    PublicKey out{};
    if (point.size() != out.size() && point.size() != out.size() + 2)
        return fail(Code::kCorrupt, "the token's public key is no Ed25519 key");
    std::copy(point.end() - static_cast<std::ptrdiff_t>(out.size()), point.end(), out.begin());
    return out;
}

std::vector<std::string> missing_mechanisms(Pkcs11Session& session) {
    constexpr std::array kNeeded = std::to_array<std::pair<CK_MECHANISM_TYPE, const char*>>(
        {{CKM_AES_KEY_GEN, "CKM_AES_KEY_GEN"},
         {CKM_AES_GCM, "CKM_AES_GCM"},
         {CKM_GENERIC_SECRET_KEY_GEN, "CKM_GENERIC_SECRET_KEY_GEN"},
         {CKM_SHA256_HMAC, "CKM_SHA256_HMAC"},
         {CKM_EC_EDWARDS_KEY_PAIR_GEN, "CKM_EC_EDWARDS_KEY_PAIR_GEN"},
         {CKM_EDDSA, "CKM_EDDSA"}});
    CK_SESSION_INFO facts{};
    std::vector<std::string> out;
    const auto& call = session.call();
    if (call.C_GetSessionInfo(session.handle(), &facts) != CKR_OK) return out;
    for (const auto& [mechanism, name] : kNeeded) {
        CK_MECHANISM_INFO info{};
        if (call.C_GetMechanismInfo(facts.slotID, mechanism, &info) != CKR_OK) out.emplace_back(name);
    }
    return out;
}

}  // namespace storage::keys
