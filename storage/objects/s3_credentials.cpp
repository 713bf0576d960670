#include "storage/objects/s3_credentials.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "storage/files/secret_file.hpp"

namespace storage::objects {

using crypto::InsecureSecretAccess;
using crypto::SecretBytes;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} * 1024;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_printable(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

policy::Error refused(const std::filesystem::path& file, const std::string& why) {
    return fail(Code::kInvalid, "the S3 credentials " + file.string() + " " + why);
}

class Reader {
  public:
    explicit Reader(const std::filesystem::path& file) : file_(file) {}

    Result<void> take(std::string_view line) {
        line = trimmed(line);
        if (line.empty() || line.front() == '#' || line.front() == ';') return {};
        if (line.front() == '[') {
            if (line.back() != ']' || sections_++ > 0) return refused(file_, "have more than one section");
            return {};
        }
        const auto equals = line.find('=');
        const auto name = trimmed(line.substr(0, equals));
        const auto value = equals == std::string_view::npos ? std::string_view() : trimmed(line.substr(equals + 1));
        if (!is_printable(value)) return refused(file_, "have a line that is no \"name = value\"");
        return take(name, value);
    }

    Result<std::shared_ptr<const S3Credentials>> finish() {
        if (found_.access_key_id.empty() || found_.secret_access_key.empty())
            return refused(file_, "lack aws_access_key_id or aws_secret_access_key");
        return std::shared_ptr<const S3Credentials>(std::make_shared<S3Credentials>(std::move(found_)));
    }

  private:
    Result<void> take(std::string_view name, std::string_view value) {
        if (name == "aws_access_key_id" && found_.access_key_id.empty()) {
            found_.access_key_id = value;
        } else if (name == "aws_secret_access_key" && found_.secret_access_key.empty()) {
            found_.secret_access_key = SecretBytes::copy_of(std::as_bytes(std::span(value)));
        } else if (name == "aws_session_token" && found_.session_token.empty()) {
            found_.session_token = value;
        } else {
            return refused(file_,
                           "have a line that is not one of aws_access_key_id, aws_secret_access_key, "
                           "aws_session_token, each once");
        }
        return {};
    }

    const std::filesystem::path& file_;
    int sections_ = 0;
    S3Credentials found_;
};

bool same(const S3Credentials& a, const S3Credentials& b) {
    return a.access_key_id == b.access_key_id && a.session_token == b.session_token &&
           SecretBytes::equal(a.secret_access_key, b.secret_access_key);
}

}  // namespace

Result<std::shared_ptr<const S3Credentials>> load_s3_credentials(const std::filesystem::path& file) {
    auto text = files::read_secret_file(file, "S3 credentials", kMaxBytes);
    if (!text) return text.error();
    const auto bytes = text->reveal(InsecureSecretAccess{});
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Reader reader(file);
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto taken = reader.take(line);
        if (!taken) return taken.error();
    }
    return reader.finish();
}

Result<std::unique_ptr<S3CredentialsFile>> S3CredentialsFile::open(std::filesystem::path file) {
    auto loaded = load_s3_credentials(file);
    if (!loaded) return loaded.error();
    return std::unique_ptr<S3CredentialsFile>(new S3CredentialsFile(std::move(file), std::move(*loaded)));
}

std::shared_ptr<const S3Credentials> S3CredentialsFile::current() const {
    const std::scoped_lock lock(mutex_);
    return current_;
}

Result<bool> S3CredentialsFile::renew(const std::shared_ptr<const S3Credentials>& refused) {
    if (current() != refused) return true;
    auto loaded = load_s3_credentials(file_);
    if (!loaded) return loaded.error();
    const std::scoped_lock lock(mutex_);
    if (current_ != refused) return true;
    if (same(**loaded, *current_)) return false;
    current_ = std::move(*loaded);
    return true;
}

}  // namespace storage::objects
