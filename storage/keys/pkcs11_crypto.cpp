#include "storage/keys/pkcs11_crypto.hpp"

#include <array>
#include <cstddef>

namespace storage::keys {

using crypto::Bytes;
using crypto::Digest256;
using crypto::InsecureSecretAccess;
using crypto::SecretBytes;
using crypto::Signature;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
static_assert(kNonceBytes + kTagBytes == kSealOverhead);

/// The standard's functions take what they only read as if they changed it.
/// They refuse a null pointer, even to nothing.
CK_BYTE_PTR bytes_for(std::span<const std::byte> bytes) {
    static constexpr std::byte kNothing{};
    if (bytes.empty()) bytes = {&kNothing, 0};
    return const_cast<CK_BYTE_PTR>(reinterpret_cast<const CK_BYTE*>(bytes.data()));  // NOLINT(*-const-cast)
}

CK_GCM_PARAMS gcm(std::span<std::byte> nonce, std::span<const std::byte> associated) {
    CK_GCM_PARAMS out{};
    out.iv_ptr = reinterpret_cast<CK_BYTE_PTR>(nonce.data());
    out.iv_len = nonce.size();
    out.iv_bits = nonce.size() * 8;
    out.aad_ptr = bytes_for(associated);
    out.aad_len = associated.size();
    out.tag_bits = kTagBytes * 8;
    return out;
}

/// What C_Decrypt says of bytes that do not open, according to the standard. SoftHSM says CKR_GENERAL_ERROR.
bool says_corrupt(CK_RV value) {
    return value == CKR_ENCRYPTED_DATA_INVALID || value == CKR_ENCRYPTED_DATA_LEN_RANGE || value == 0x405 /* 3.0's
        CKR_AEAD_DECRYPT_FAILED has no name in 2.40's header */
        ;
}

CK_RV decrypt(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> sealed,
              std::span<const std::byte> associated, SecretBytes& out) {
    std::array<std::byte, kNonceBytes> nonce{};
    std::copy_n(sealed.begin(), nonce.size(), nonce.begin());
    auto parameters = gcm(nonce, associated);
    CK_MECHANISM how{CKM_AES_GCM, &parameters, sizeof parameters};
    const auto& call = session.call();
    const CK_RV begun = call.C_DecryptInit(session.handle(), &how, key);
    if (begun != CKR_OK) return begun;
    const auto secret = sealed.subspan(kNonceBytes);
    // Room for the tag too: some want as much as they are given.
    SecretBytes room(secret.size());
    const auto into = room.writable(InsecureSecretAccess{});
    auto size = static_cast<CK_ULONG>(into.size());
    const CK_RV done = call.C_Decrypt(session.handle(), bytes_for(secret), static_cast<CK_ULONG>(secret.size()),
                                      reinterpret_cast<CK_BYTE_PTR>(into.data()), &size);
    if (done == CKR_OK) out = SecretBytes::copy_of(into.first(std::min<std::size_t>(size, into.size())));
    return done;
}

/// One signature or MAC of exactly N bytes.
template <std::size_t N>
Result<std::array<std::byte, N>> signed_with(Pkcs11Session& session, CK_MECHANISM_TYPE mechanism, CK_OBJECT_HANDLE key,
                                             std::span<const std::byte> message) {
    CK_MECHANISM how{mechanism, nullptr, 0};
    const auto& call = session.call();
    if (const auto begun = session.check(call.C_SignInit(session.handle(), &how, key), "begin to sign"); !begun)
        return begun.error();
    std::array<std::byte, N> out{};
    CK_ULONG size = N;
    const auto done =
        session.check(call.C_Sign(session.handle(), bytes_for(message), static_cast<CK_ULONG>(message.size()),
                                  reinterpret_cast<CK_BYTE_PTR>(out.data()), &size),
                      "sign");
    if (!done) return done.error();
    if (size != N) return fail(Code::kUnavailable, "the token signed with an unexpected length");
    return out;
}

}  // namespace

Result<Bytes> token_seal(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> plain,
                         std::span<const std::byte> associated) {
    const auto& call = session.call();
    Bytes out(plain.size() + kSealOverhead);
    const auto nonce = std::span(out).first(kNonceBytes);
    const auto drawn = session.check(
        call.C_GenerateRandom(session.handle(), reinterpret_cast<CK_BYTE_PTR>(nonce.data()), nonce.size()),
        "draw a nonce");
    if (!drawn) return drawn.error();
    auto parameters = gcm(nonce, associated);
    CK_MECHANISM how{CKM_AES_GCM, &parameters, sizeof parameters};
    if (const auto begun = session.check(call.C_EncryptInit(session.handle(), &how, key), "begin to seal"); !begun)
        return begun.error();
    const auto into = std::span(out).subspan(kNonceBytes);
    auto size = static_cast<CK_ULONG>(into.size());
    const auto done =
        session.check(call.C_Encrypt(session.handle(), bytes_for(plain), static_cast<CK_ULONG>(plain.size()),
                                     reinterpret_cast<CK_BYTE_PTR>(into.data()), &size),
                      "seal");
    if (!done) return done.error();
    if (size != into.size()) return fail(Code::kUnavailable, "the token sealed to an unexpected length");
    return out;
}

Result<SecretBytes> token_open(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> sealed,
                               std::span<const std::byte> associated) {
    if (sealed.size() < kSealOverhead)
        return fail(Code::kCorrupt, "a sealed message is shorter than its nonce and tag");
    SecretBytes out;
    const CK_RV done = decrypt(session, key, sealed, associated, out);
    if (done == CKR_OK) return out;
    auto error = session.check(done, "open").error();
    if (session.lost() || is_no_object(done)) return error;
    error.code = says_corrupt(done) ? Code::kCorrupt : Code::kInDoubt;
    return error;
}

Result<Digest256> token_mac(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> message) {
    return signed_with<std::tuple_size_v<Digest256>>(session, CKM_SHA256_HMAC, key, message);
}

Result<Signature> token_sign(Pkcs11Session& session, CK_OBJECT_HANDLE key, std::span<const std::byte> message) {
    return signed_with<std::tuple_size_v<Signature>>(session, CKM_EDDSA, key, message);
}

}  // namespace storage::keys
