#include "tests/support/log_maker.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "policy/time.hpp"
#include "storage/audit/entry.hpp"
#include "storage/objects/object_name.hpp"

namespace tests {

using namespace storage;  // NOLINT(google-build-using-namespace)

namespace {

policy::Result<audit::NoteSigner> signer_of(SigningVault& vault) {
    const auto id = vault.create(keys::KeyPurpose::kCheckpoint, "log");
    return audit::NoteSigner::create(vault, LogMaker::kOrigin, {*id});
}

}  // namespace

crypto::Bytes sample_entry(std::uint64_t number, std::string_view at) {
    audit::Entry entry(*policy::parse_instant(at), audit::Actor{}, audit::Action::kRecordingView,
                       audit::Outcome::kPermit);
    entry.number("n", static_cast<std::int64_t>(number));
    audit::Entry::Salt salt{};
    for (std::size_t i = 0; i < sizeof number; ++i) salt[i] = static_cast<std::byte>(number >> (8 * i) & 0xFFU);
    return entry.encode(salt);
}

LogMaker::LogMaker(std::filesystem::path root) : root_(std::move(root)), signer_(signer_of(vault_)) {}

void LogMaker::add(std::uint64_t count) {
    const policy::Instant start = *policy::parse_instant("2026-11-01T00:00:00Z");
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto number = static_cast<std::int64_t>(entries_.size());
        entries_.push_back(sample_entry(entries_.size(), policy::text(start + std::chrono::seconds(number))));
    }
}

void LogMaker::publish() {
    const std::uint64_t before = edge_.size();
    std::vector<audit::TileEdge::FullTile> tiles;
    for (std::uint64_t i = before; i < entries_.size(); ++i) edge_.append(audit::leaf_hash(entries_[i]), tiles);
    for (audit::TileEdge::FullTile& tile : edge_.partial()) tiles.push_back(std::move(tile));
    for (const auto& [tile, hashes] : tiles) {
        write(audit::name_of(tile).text(), crypto::text_of(audit::encode_tile(hashes)));
    }
    for (const audit::Tile& bundle : audit::new_bundles(before, entries_.size())) {
        const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(bundle.index * audit::kTileWidth);
        const std::vector<crypto::Bytes> part(first, first + bundle.width);
        write(audit::name_of(bundle).text(), crypto::text_of(audit::encode_bundle(part)));
    }
    const audit::Checkpoint checkpoint{kOrigin, edge_.size(), edge_.root()};
    write(objects::log_checkpoint(edge_.size()).text(), *signer_->sign(audit::text_of(checkpoint)));
}

void LogMaker::start_over() {
    edge_ = audit::TileEdge();
}

std::string LogMaker::checkpoint_file() const {
    return (root_ / objects::log_checkpoint(edge_.size()).text()).string();
}

void LogMaker::write(const std::string& name, std::string_view bytes) const {
    spill(root_ / name, bytes);
}

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::filesystem::path& file, std::string_view bytes) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace tests
