#include "storage/keys/root_secret.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/hkdf.hpp"
#include "storage/files/file_descriptor.hpp"
#include "storage/files/posix_error.hpp"
#include "storage/files/secret_file.hpp"

namespace storage::keys {

using crypto::InsecureSecretAccess;
using crypto::Key256;
using crypto::SecretBytes;
using files::FileDescriptor;
using files::posix_error;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kTextBytes = 2 * Key256::kSizeInBytes;

std::string id_of(const Key256& secret) {
    const Key256 id = crypto::derive_key(secret, crypto::bytes_of("callvault root secret id"));
    return crypto::to_hex(id.reveal(InsecureSecretAccess{}).first<16>());  // derived to be public
}

int digit(std::byte character) {
    const auto c = std::to_integer<char>(character);
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Result<Key256> parse(std::span<const std::byte> text, const std::filesystem::path& file) {
    SecretBytes bytes(Key256::kSizeInBytes);
    const auto out = bytes.writable(InsecureSecretAccess{});
    bool good = text.size() == kTextBytes || (text.size() == kTextBytes + 1 && text.back() == std::byte{'\n'});
    for (std::size_t i = 0; good && i < out.size(); ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        good = high >= 0 && low >= 0;
        if (good) out[i] = static_cast<std::byte>(high * 16 + low);
    }
    if (!good) {
        return fail(Code::kInvalid, file.string() +
                                        " holds no root secret: it has 64 lowercase hexadecimal digits and a "
                                        "line feed (make one with: callvault key new-root FILE)");
    }
    return Key256::from(std::move(bytes));
}

}  // namespace

RootSecret::RootSecret(Key256 secret)
    : secret_(std::move(secret)),
      sealing_key_(crypto::derive_key(secret_, crypto::bytes_of("callvault root secret key files"))),
      id_(id_of(secret_)) {}

Result<RootSecret> RootSecret::load(const std::filesystem::path& file) {
    const auto text = files::read_secret_file(file, "root secret", kTextBytes + 1);
    if (!text) return text.error();
    auto secret = parse(text->reveal(InsecureSecretAccess{}), file);
    if (!secret) return secret.error();
    return RootSecret(std::move(*secret));
}

Result<RootSecret> RootSecret::create(const std::filesystem::path& file) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    Key256 secret = Key256::random();
    SecretBytes text(kTextBytes + 1);
    const auto out = text.writable(InsecureSecretAccess{});
    std::size_t at = 0;
    for (const std::byte byte : secret.reveal(InsecureSecretAccess{})) {
        out[at++] = static_cast<std::byte>(kDigits[std::to_integer<std::size_t>(byte >> 4U)]);
        out[at++] = static_cast<std::byte>(kDigits[std::to_integer<std::size_t>(byte & std::byte{15})]);
    }
    out[at] = std::byte{'\n'};
    const FileDescriptor handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!handle.is_open()) return posix_error(errno, "make the root secret", file);
    const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::write(handle.number(), out.data(), out.size()) != static_cast<ssize_t>(out.size()) ||
        ::fsync(handle.number()) != 0 || !folder.is_open() || ::fsync(folder.number()) != 0) {
        const int reason = errno;
        ::unlink(file.c_str());
        return posix_error(reason, "write the root secret", file);
    }
    return RootSecret(std::move(secret));
}

RootSecret RootSecret::clone() const {
    return RootSecret(secret_.clone());
}

}  // namespace storage::keys
