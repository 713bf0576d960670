#include "gateway/verify/witness.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/verify/encoding.hpp"
#include "gateway/verify/log_folder.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

namespace {

constexpr std::size_t kSeedSize = 32;
constexpr std::size_t kMaxFile = 64U << 10U;
constexpr std::size_t kMaxProof = 63;
constexpr std::size_t kMostEvidence = 1000;
constexpr const char* kSeen = "seen";

struct FreePrivate {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeSigning {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, FreePrivate>;

unsigned char* writable(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

PrivateKey private_key(const std::string& seed) {
    PrivateKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                                reinterpret_cast<const unsigned char*>(seed.data()), seed.size()));
    if (!key) throw Unreadable("the witness's key cannot be used");
    return key;
}

std::string public_key_of(const std::string& seed) {
    std::string out(kSeedSize, '\0');
    std::size_t size = out.size();
    if (EVP_PKEY_get_raw_public_key(private_key(seed).get(), writable(out), &size) != 1 || size != out.size())
        throw Unreadable("the witness's key cannot be used");
    return out;
}

[[noreturn]] void cannot_write(const std::filesystem::path& path) {
    throw Unreadable(path.string() + " cannot be written: " + std::strerror(errno));
}

/// Durable, whole or not at all: a new file in the place of the old one.
void write_file(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
    const std::filesystem::path fresh = path.string() + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) cannot_write(fresh);
    std::size_t done = 0;
    bool good = true;
    while (good && done < bytes.size()) {
        const ::ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        good = count > 0;
        if (good) done += static_cast<std::size_t>(count);
    }
    good = good && ::fsync(file) == 0;
    good = ::close(file) == 0 && good;
    if (!good || ::rename(fresh.c_str(), path.c_str()) != 0) cannot_write(path);
    const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool durable = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (!durable) cannot_write(path.parent_path());
}

std::string needed(const std::filesystem::path& path) {
    auto bytes = read_file(path, kMaxFile);
    if (!bytes) throw Unreadable(path.string() + " is missing: `callvault-verify witness init` makes a witness");
    while (bytes->ends_with('\n')) bytes->pop_back();
    return *bytes;
}

Witness::Answer refused(unsigned status, std::string why) {
    return {status, "text/plain; charset=utf-8", std::move(why) + '\n'};
}

Witness::Answer known_size(std::uint64_t size) {
    return {409, "text/x.tlog.size", std::to_string(size) + '\n'};
}

}  // namespace

struct Witness::Request {
    std::uint64_t old_size = 0;
    std::vector<Hash> proof;
    std::string note;
};

Key Witness::init(const std::filesystem::path& folder, const std::string& name) {
    if (name.empty() || name.find_first_of(" +\n") != std::string::npos)
        throw Unreadable("a witness's name has no spaces and no '+'");
    std::error_code error;
    if (std::filesystem::exists(folder / "key", error))
        throw Unreadable(folder.string() +
                         " is a witness already: a second key under its name would be another witness");
    std::filesystem::create_directories(folder / "evidence", error);
    std::filesystem::create_directories(folder / "logs", error);
    if (error) throw Unreadable(folder.string() + " cannot be made: " + error.message());
    std::string seed(kSeedSize, '\0');
    if (RAND_bytes(writable(seed), static_cast<int>(seed.size())) != 1) throw Unreadable("there are no random bytes");
    write_file(folder / "name", name + '\n', 0644);
    write_file(folder / "key", to_hex(seed) + '\n', 0600);
    return make_key(name, public_key_of(seed), true);
}

Witness::Witness(std::filesystem::path folder, std::vector<Key> logs)
    : folder_(std::move(folder)), logs_(std::move(logs)) {
    const auto seed = from_hex(needed(folder_ / "key"));
    if (!seed || seed->size() != kSeedSize) throw Unreadable((folder_ / "key").string() + " holds no key");
    seed_ = *seed;
    key_ = make_key(needed(folder_ / "name"), public_key_of(seed_), true);
    std::erase_if(logs_, [](const Key& key) { return key.witness; });
    if (logs_.empty()) throw Unreadable("no log to watch: give --key of one");
    std::error_code error;
    if (!std::filesystem::is_directory(folder_ / "logs", error))
        throw Unreadable((folder_ / "logs").string() +
                         " is missing: what this witness signed is lost; make another one");
    lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0)
        throw Unreadable(folder_.string() + " is another process's: two would sign two histories");
}

Witness::~Witness() {
    if (lock_ >= 0) ::close(lock_);
}

std::optional<Witness::Request> Witness::parse(std::string_view body) {
    constexpr std::string_view kOld = "old ";
    Request out;
    const auto first = take_line(body);
    if (!first || !first->starts_with(kOld)) return std::nullopt;
    const auto size = parse_number(first->substr(kOld.size()));
    if (!size) return std::nullopt;
    out.old_size = *size;
    while (const auto line = take_line(body)) {
        if (line->empty()) {
            out.note = body;
            return out;
        }
        const auto hash = hash_from_base64(*line);
        if (!hash || out.proof.size() == kMaxProof) return std::nullopt;
        out.proof.push_back(*hash);
    }
    return std::nullopt;
}

std::filesystem::path Witness::file_of(const std::string& origin) const {
    return folder_ / "logs" / to_hex(sha256(origin));
}

std::optional<Checkpoint> Witness::last_of(const std::string& origin) const {
    const auto note = read_file(file_of(origin), kMaxFile);
    if (!note && remembers(origin))
        throw Unreadable(file_of(origin).string() + " is missing: bring it back, or retire this witness");
    if (!note) return std::nullopt;
    const auto checkpoint = parse_checkpoint(open_note(*note, logs_).text);
    // Whoever cannot read what it signed last must not sign again.
    if (!checkpoint || checkpoint->origin != origin)
        throw Unreadable(file_of(origin).string() + " is damaged: bring it back, or retire this witness");
    return checkpoint;
}

Witness::Answer Witness::add_checkpoint(std::string_view body, std::uint64_t now) {
    const auto request = parse(body);
    if (!request) return refused(400, "this is no add-checkpoint request (c2sp.org/tlog-witness)");
    const auto text = parse_checkpoint(open_note(request->note, {}).text);
    if (!text) return refused(400, "this is no checkpoint");
    const std::string& origin = text->origin;
    std::vector<Key> keys;
    std::copy_if(logs_.begin(), logs_.end(), std::back_inserter(keys),
                 [&](const Key& key) { return key.name == origin; });
    if (keys.empty()) return refused(404, "this witness does not watch that log");
    const Note note = open_note(request->note, keys);
    if (note.signing != Signing::kGood) return refused(403, "no signature by a key of that log");
    if (request->old_size > text->size) return refused(400, "the old size is larger than the checkpoint's");

    const auto last = last_of(origin);
    const std::uint64_t known = last ? last->size : 0;
    if (request->old_size != known) return known_size(known);
    if (last && text->size == known) {
        if (text->root != last->root) {
            keep_evidence(note.text, body, now);
            return refused(409, "another tree of the same size was signed before");
        }
        if (!request->proof.empty()) return refused(422, "from a size to itself there is nothing to prove");
        return {200, "text/plain; charset=utf-8", sign(note.text, now)};
    }
    const bool holds =
        last ? consistency_holds(known, last->root, text->size, text->root, request->proof) : request->proof.empty();
    if (!holds) {
        keep_evidence(note.text, body, now);
        return refused(422, "the proof does not lead from what was signed before to this checkpoint");
    }
    const std::string line = sign(note.text, now);
    const std::string kept = request->note + line;
    // What could not be read back would end this witness: a note may have lines of anybody.
    if (kept.size() > kMaxFile || open_note(kept, keys).signing != Signing::kGood)
        return refused(400, "the checkpoint has too many signature lines");
    if (!last) remember(origin);
    // The log's own lines and this one: durable before anybody has it.
    write_file(file_of(origin), kept, 0644);
    return {200, "text/plain; charset=utf-8", line};
}

/// Beside the key: that this log was signed for, so that a missing file in logs/ is known to be a loss.
void Witness::remember(const std::string& origin) const {
    const std::string seen = read_file(folder_ / kSeen, kMaxFile).value_or("");
    write_file(folder_ / kSeen, seen + to_hex(sha256(origin)) + '\n', 0644);
}

bool Witness::remembers(const std::string& origin) const {
    const std::string seen = read_file(folder_ / kSeen, kMaxFile).value_or("");
    return seen.find(to_hex(sha256(origin))) != std::string::npos;
}

std::optional<std::string> Witness::newest(std::string_view origin_hash) const {
    const auto known = std::find_if(logs_.begin(), logs_.end(),
                                    [&](const Key& key) { return to_hex(sha256(key.name)) == origin_hash; });
    return known == logs_.end() ? std::nullopt : read_file(file_of(known->name), kMaxFile);
}

/// One file for each checkpoint that the log signed, whoever sends it and however often.
void Witness::keep_evidence(std::string_view checkpoint, std::string_view body, std::uint64_t now) const {
    std::error_code error;
    const std::filesystem::path place = folder_ / "evidence";
    const std::filesystem::path file = place / to_hex(sha256(checkpoint));
    const auto count = std::distance(std::filesystem::directory_iterator(place, error), {});
    if (error || static_cast<std::size_t>(count) >= kMostEvidence || std::filesystem::exists(file, error)) return;
    try {
        write_file(file, "seen at " + std::to_string(now) + '\n' + std::string(body), 0644);
    } catch (const Unreadable&) {  // no room for it: the answer stays what it is
    }
}

std::string Witness::sign(std::string_view checkpoint, std::uint64_t now) const {
    const std::string message = cosigned_text(now, checkpoint);
    const PrivateKey key = private_key(seed_);
    const std::unique_ptr<EVP_MD_CTX, FreeSigning> context(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), writable(signature), &size,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1)
        throw Unreadable("the witness's key does not sign");
    std::string timed;
    for (int byte = 7; byte >= 0; --byte) timed += static_cast<char>(now >> (8U * static_cast<unsigned>(byte)) & 0xFFU);
    return signature_line(key_, timed + signature);
}

}  // namespace gateway::verify
