#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "gateway/verify/cli.hpp"
#include "storage/audit/tile_edge.hpp"
#include "storage/audit/tree.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"

// merkle_bench [ENTRIES]: what the log costs without disk and database, beside the bare hashing in it, and how fast
// callvault-verify reads a whole log back. One core, 200 bytes an entry. One line of JSON each.

using namespace storage;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t kEntrySize = 200;

template <class Work>
double seconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print(const char* name, std::uint64_t count, double took, double floor) {
    const double rate = static_cast<double>(count) / took;
    std::cout << "{\"bench\":\"" << name << "\",\"per_second\":" << static_cast<std::uint64_t>(rate)
              << ",\"x_of_bare_hashing\":" << floor / took << "}" << std::endl;
}

crypto::Bytes entry_of(std::uint64_t number) {
    crypto::Bytes entry(kEntrySize, std::byte{'x'});
    for (std::size_t i = 0; i < sizeof number; ++i) entry[i] = static_cast<std::byte>(number >> (8 * i) & 0xFFU);
    return entry;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::vector<crypto::Bytes> entries;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 4096); ++i) entries.push_back(entry_of(i));
    const auto entry = [&](std::uint64_t i) -> const crypto::Bytes& { return entries[i % entries.size()]; };

    // The floor: one hash of an entry and one of two hashes, which no tree can do without.
    crypto::Sha256 sha;
    const std::array<std::byte, 65> node{};
    volatile unsigned char sink = 0;  // Keeps the hashing from being left out.
    const double floor = seconds([&] {
        for (std::uint64_t i = 0; i < count; ++i) {
            sha.update(entry(i));
            sink = std::to_integer<unsigned char>(sha.finish()[0]);
            sha.update(node);
            sink = std::to_integer<unsigned char>(sha.finish()[0]);
        }
    });
    print("bare hashing", count, floor, floor);

    audit::Frontier frontier;
    print("tree append", count, seconds([&] {
              for (std::uint64_t i = 0; i < count; ++i) frontier.append(audit::leaf_hash(entry(i)));
          }),
          floor);

    audit::TileEdge edge;
    print("tile append", count, seconds([&] {
              std::vector<audit::TileEdge::FullTile> full;
              for (std::uint64_t i = 0; i < count; ++i) {
                  edge.append(audit::leaf_hash(entry(i)), full);
                  full.clear();
              }
          }),
          floor);

    const tests::TemporaryFolder folder;
    tests::LogMaker maker(folder.path());
    maker.add(count);
    maker.publish();
    const std::string path = folder.path();
    const std::string key = maker.key();
    const char* const arguments[] = {"callvault-verify",        "log", path.c_str(), "--key", key.c_str(), "--now",
                                     "2099-01-01T00:00:00.000Z"};
    std::ostringstream out;
    int exit = 0;
    print("callvault-verify log", count,
          seconds([&] { exit = gateway::verify::run(std::size(arguments), arguments, out, out); }), floor);
    if (exit != 0) std::cerr << out.str();
    return exit;
}
