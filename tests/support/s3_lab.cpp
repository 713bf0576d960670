#include "tests/support/s3_lab.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "storage/crypto/bytes.hpp"
#include "tests/support/run_loop.hpp"

namespace tests {

using storage::objects::S3Answer;
using storage::objects::S3Options;
using storage::objects::S3Request;
using storage::objects::S3Store;

namespace {

constexpr int kSkipped = 77;

std::string read_all(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

storage::objects::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}

}  // namespace

S3Lab& S3Lab::shared() {
    static S3Lab lab("eu-lab");
    return lab;
}

S3Lab::S3Lab(std::string region, int seconds_of_a_day) : region_(std::move(region)) {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    const std::string program = CALLVAULT_ROOT "/deploy/lab/object_store.py";
    const std::string store = folder_.path() / "store";
    const std::string day = std::to_string(seconds_of_a_day);
    program_ = ::fork();
    if (program_ == 0) {
        ::setsid();
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::execlp("python3", "python3", program.c_str(), store.c_str(), region_.c_str(), day.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
    const std::string line = read_line();
    if (line.empty()) {
        int status = 0;
        ::waitpid(program_, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == kSkipped) {
            std::fputs("skipped: Ceph is not installed (deploy/install does it)\n", stderr);
            std::_Exit(kSkipped);
        }
        throw std::runtime_error("the S3 store did not start");
    }
    const auto facts = boost::json::parse(line).as_object();
    port_ = static_cast<std::uint16_t>(facts.at("port").as_int64());
    authority_pem_ = read_all(std::string(facts.at("authority").as_string()));
    std::ofstream credentials(folder_.path() / "credentials");
    ::chmod((folder_.path() / "credentials").c_str(), 0600);
    credentials << "[default]\naws_access_key_id = " << std::string(facts.at("access_key").as_string())
                << "\naws_secret_access_key = " << std::string(facts.at("secret_key").as_string()) << '\n';
}

S3Lab::~S3Lab() {
    ::close(to_);
    ::waitpid(program_, nullptr, 0);
    ::close(from_);
}

std::string S3Lab::read_line() {
    while (unread_.find('\n') == std::string::npos) {
        std::array<char, 4096> piece{};
        const auto got = ::read(from_, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return {};
        unread_.append(piece.data(), static_cast<std::size_t>(got));
    }
    const auto end = unread_.find('\n');
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return line;
}

std::string S3Lab::tell(const std::string& line) {
    const std::string text = line + "\n";
    if (::write(to_, text.data(), text.size()) < 0) throw std::runtime_error("the S3 store's program has ended");
    const auto said = boost::json::parse(read_line()).as_object();
    if (said.contains("failed")) throw std::runtime_error(std::string(said.at("failed").as_string()));
    return std::string(said.at("said").as_string());
}

S3Options S3Lab::options(const std::string& bucket) const {
    S3Options options;
    options.endpoint.host = "127.0.0.1";
    options.endpoint.port = port_;
    options.region = region_;
    options.bucket = bucket;
    options.credentials_file = folder_.path() / "credentials";
    options.authorities_pem = authority_pem_;
    return options;
}

std::string S3Lab::fresh_bucket_name() {
    return "bucket-" + std::to_string(++buckets_);
}

S3Bucket::S3Bucket(S3Lab& lab, Wish wish)
    : lab_(lab), name_(lab.fresh_bucket_name()), store_(store_with(lab.options(name_))) {
    S3Request make;
    make.method = "PUT";
    if (wish.locks) make.fields = {{"x-amz-bucket-object-lock-enabled", "true"}};
    must(std::move(make));
    if (!wish.versions) return;
    const std::string body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    S3Request versions;
    versions.method = "PUT";
    versions.query = {{"versioning", ""}};
    versions.body = storage::crypto::bytes_of(body);
    must(std::move(versions));
}

std::unique_ptr<S3Store> S3Bucket::store_with(S3Options options) {
    return S3Store::make(std::move(options), pool_, budget_).value();
}

S3Answer S3Bucket::must(S3Request request) {
    const std::string what = request.method + ' ' + request.key;
    auto outcome = await(client().send(std::move(request), soon()));
    if (!outcome.answer) throw std::runtime_error(what + ": " + outcome.answer.error().what);
    if (!outcome.answer->good()) throw std::runtime_error(what + ": " + outcome.answer->body);
    return std::move(*outcome.answer);
}

}  // namespace tests
