// Sealing and opening on one thread, 16 KiB chunks, in memory. Prints one JSON line a measure:
//   seal_bench [SECONDS a measure = 2] [MiB of plaintext = 16]
// tests/bench/seal_bench.sh runs it between rounds of `openssl speed` and prints the ratios.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "storage/crypto/opener.hpp"
#include "storage/crypto/random.hpp"
#include "storage/crypto/sealer.hpp"
#include "storage/crypto/sha256.hpp"

namespace {

using namespace storage::crypto;
using Clock = std::chrono::steady_clock;

struct Workload {
    Key256 key = Key256::random();
    SealContext context{random_id<policy::RecordingId>(), "original", 0, true};
    Bytes plain;
    Bytes sealed;
};

/// Seals the plaintext in pieces of `piece` bytes; hashes each piece before, when asked, as a push does.
void seal_once(Workload& work, std::size_t piece, bool hash) {
    Sealer sealer(work.key, work.context);
    Sha256 digest;
    std::size_t at = kSealHeaderBytes;
    for (std::size_t from = 0; from < work.plain.size(); from += piece) {
        const auto bytes = std::span(work.plain).subspan(from, std::min(piece, work.plain.size() - from));
        if (hash) digest.update(bytes);
        at += sealer.seal(bytes, std::span(work.sealed).subspan(at));
    }
    sealer.finish(std::span(work.sealed).subspan(at));
    std::copy(sealer.header().begin(), sealer.header().end(), work.sealed.begin());
}

void open_once(Workload& work, std::size_t batch) {
    Opener opener = Opener::create(work.key, work.context, work.sealed, work.sealed.size()).value();
    const std::uint64_t chunks = batch / kPlainChunkBytes;
    for (std::uint64_t index = 0; index < opener.size().chunks; index += chunks) {
        const std::size_t offset = opener.size().chunk_offset(index);
        const std::size_t size = std::min(chunks * kSealedChunkBytes, work.sealed.size() - offset);
        const auto opened = opener.open(index, std::span(work.sealed).subspan(offset, size), work.plain);
        if (!opened) std::abort();
    }
}

template <class Function>
void measure_rate(const char* name, std::size_t bytes, double seconds, Function function) {
    function();
    const auto begin = Clock::now();
    double spent = 0;
    double done = 0;
    while (spent < seconds) {
        function();
        done += static_cast<double>(bytes);
        spent = std::chrono::duration<double>(Clock::now() - begin).count();
    }
    std::printf("{\"measure\": \"%s\", \"mb_per_s\": %.0f}\n", name, done / spent / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
    const std::size_t size = (argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 16) << 20U;
    Workload work;
    work.plain.resize(std::max(size, std::size_t{256} << 10U));
    fill_random(work.plain);
    work.sealed.resize(sealed_size(work.plain.size()));
    measure_rate("seal 16 KiB pieces", work.plain.size(), seconds, [&] { seal_once(work, 16384, false); });
    measure_rate("seal 64 KiB pieces", work.plain.size(), seconds, [&] { seal_once(work, 65536, false); });
    measure_rate("seal uneven 10000 B pieces", work.plain.size(), seconds, [&] { seal_once(work, 10000, false); });
    measure_rate("hash and seal 16 KiB pieces", work.plain.size(), seconds, [&] { seal_once(work, 16384, true); });
    measure_rate("open 16 KiB batches", work.plain.size(), seconds, [&] { open_once(work, 16384); });
    measure_rate("open 64 KiB batches", work.plain.size(), seconds, [&] { open_once(work, 65536); });
    return 0;
}
