#include "storage/crypto/opener.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"

namespace storage::crypto {

using policy::Code;
using policy::fail;
using policy::Result;

Opener::Opener(CipherContext cipher, ObjectNonces nonces, const SealedSize& size)
    : cipher_(std::move(cipher)), nonces_(nonces), size_(size) {}

Result<Opener> Opener::create(const Key256& data_key, const SealContext& context, std::span<const std::byte> header,
                              std::uint64_t object_size) {
    return create_with(data_key, encode(context), header, object_size);
}

Result<Opener> Opener::create_with(const Key256& data_key, std::span<const std::byte> context,
                                   std::span<const std::byte> header, std::uint64_t object_size) {
    const auto size = measure(object_size);
    if (!size) return size.error();
    if (header.size() < kSealHeaderBytes) return fail(Code::kCorrupt, "a sealed object without its whole header");
    const auto commitment = header.subspan<kSealSaltBytes, kSealCommitmentBytes>();
    const ObjectKeys keys = derive_object_keys(data_key, header.first<kSealSaltBytes>(), context);
    if (!equal_in_constant_time(keys.commitment, commitment)) {
        return fail(Code::kCorrupt, "a sealed object is not what its row says: its commitment differs");
    }
    CipherContext cipher(must(EVP_CIPHER_CTX_new(), "cipher context"));
    must(EVP_DecryptInit_ex2(cipher.get(), aes_256_gcm(), raw(keys.key.reveal(InsecureSecretAccess{})), nullptr,
                             nullptr),
         "begin to open a sealed object");
    return Opener(std::move(cipher), ObjectNonces(keys.base_nonce), *size);
}

bool Opener::open_chunk(std::uint64_t index, std::span<const std::byte> sealed, std::byte* out) {
    const auto cipher = sealed.first(sealed.size() - kSealTagBytes);
    std::array<std::byte, kSealTagBytes> tag{};
    std::ranges::copy(sealed.last<kSealTagBytes>(), tag.begin());
    must(EVP_DecryptInit_ex2(cipher_.get(), nullptr, nullptr, raw(nonces_.of_chunk(index)), nullptr), "begin a chunk");
    int written = 0;
    if (!cipher.empty()) {
        must(EVP_DecryptUpdate(cipher_.get(), raw(out), &written, raw(cipher), static_cast<int>(cipher.size())),
             "open");
    }
    must(EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_SET_TAG, kSealTagBytes, tag.data()), "the tag of a chunk");
    std::array<std::byte, kSealTagBytes> nothing{};
    return EVP_DecryptFinal_ex(cipher_.get(), raw(nothing.data()), &written) == 1;
}

policy::Error Opener::failed(std::uint64_t index) {
    forget_openssl_errors();
    failed_ = true;
    return fail(Code::kCorrupt, "chunk " + std::to_string(index) + " of a sealed object fails its seal");
}

Result<std::size_t> Opener::open(std::uint64_t first_chunk, std::span<const std::byte> sealed,
                                 std::span<std::byte> out) {
    if (failed_) return fail(Code::kCorrupt, "a sealed object failed its seal before");
    std::size_t written = 0;
    for (std::uint64_t index = first_chunk; !sealed.empty(); ++index) {
        if (index >= size_.chunks || sealed.size() < size_.chunk_size(index)) {
            zero(out.first(written));
            return fail(Code::kInvalid, "sealed bytes that are not whole chunks of the object");
        }
        const auto chunk = sealed.first(size_.chunk_size(index));
        const std::size_t plain = chunk.size() - kSealTagBytes;
        if (out.size() - written < plain) throw std::logic_error("the buffer for opened bytes is too small");
        if (!open_chunk(index, chunk, out.data() + written)) {
            zero(out.first(written + plain));
            return failed(index);
        }
        if (index + 1 == size_.chunks) size_authenticated_ = true;
        written += plain;
        sealed = sealed.subspan(chunk.size());
    }
    return written;
}

Result<std::uint64_t> Opener::authenticate_size(std::span<const std::byte> last_chunk) {
    if (last_chunk.size() != size_.last_chunk_size) return fail(Code::kInvalid, "this is not the object's last chunk");
    std::array<std::byte, kPlainChunkBytes> plain;  // NOLINT: written before it is read
    const auto opened = open(size_.chunks - 1, last_chunk, plain);
    zero(std::span(plain).first(last_chunk.size() - kSealTagBytes));
    if (!opened) return opened.error();
    return size_.claimed_plain;
}

std::optional<std::uint64_t> Opener::plain_size() const noexcept {
    return size_authenticated_ && !failed_ ? std::optional(size_.claimed_plain) : std::nullopt;
}

}  // namespace storage::crypto
