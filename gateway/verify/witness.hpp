#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/verify/merkle.hpp"
#include "gateway/verify/note.hpp"

namespace gateway::verify {

/// A witness of other people's logs (c2sp.org/tlog-witness): keeps the newest checkpoint that it saw of each, and signs
/// only one that goes on from it. Knows nothing of what is in a log.
///
/// Its folder holds `name`, `key` (the seed of its Ed25519 key, in hexadecimal), `seen` (which logs it has ever signed
/// for) and, for each log, the checkpoint that it signed last. A folder that is lost is a witness that is lost: started
/// anew it would sign another history. So it is never made by serving, only by init().
///
/// Thread safety: none. One process at a time has a folder (it is locked).
class Witness {
  public:
    /// Makes the folder and a key. Throws Unreadable: it is there, or cannot be made.
    static Key init(const std::filesystem::path& folder, const std::string& name);

    /// `logs`: keys of the logs that it is to watch; the name of each is the origin of its log, a log may have several.
    /// Throws Unreadable.
    Witness(std::filesystem::path folder, std::vector<Key> logs);
    ~Witness();
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;

    struct Answer {
        unsigned status = 200;
        std::string media_type = "text/plain; charset=utf-8";
        std::string body;
    };
    /// What add-checkpoint is answered. `now`: seconds since 1970. What a log signed and was not shown to go on from
    /// what was signed before is kept in `evidence`, one file a checkpoint: of the same size and another root it is the
    /// proof of a fork; of a larger size it may be, or may only have come with a wrong proof. Throws Unreadable when
    /// the folder cannot be written: then nothing was signed.
    Answer add_checkpoint(std::string_view body, std::uint64_t now);

    /// The note of the checkpoint signed last, with this witness's line, of the log whose origin has that SHA-256 (in
    /// hexadecimal). Nothing: it has seen none.
    std::optional<std::string> newest(std::string_view origin_hash) const;

    const Key& key() const noexcept { return key_; }

  private:
    struct Request;
    static std::optional<Request> parse(std::string_view body);
    std::filesystem::path file_of(const std::string& origin) const;
    std::optional<Checkpoint> last_of(const std::string& origin) const;
    void remember(const std::string& origin) const;
    bool remembers(const std::string& origin) const;
    void keep_evidence(std::string_view checkpoint, std::string_view body, std::uint64_t now) const;
    std::string sign(std::string_view checkpoint, std::uint64_t now) const;

    std::filesystem::path folder_;
    std::vector<Key> logs_;
    Key key_;
    std::string seed_;
    int lock_ = -1;
};

}  // namespace gateway::verify
