#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string_view>
#include <variant>

#include "transcode/worker/link.hpp"
#include "transcode/worker/prepare.hpp"
#include "transcode/worker/sandbox.hpp"

namespace {

namespace messages = transcode::messages;
namespace worker = transcode::worker;

constexpr int kSocket = 3;

bool tell(worker::Link& link, const worker::Prepared& done) {
    if (!link.send(messages::Kind::kFacts, done.facts.frames, 0, messages::encode(done.facts))) return false;
    if (!link.send_all(messages::Kind::kOutline, done.outline)) return false;
    const auto pass_on = [&link](std::span<const std::byte> piece) {
        return link.send_all(messages::Kind::kRendition, piece);
    };
    if (done.rendition && !done.rendition->file().each(pass_on)) return false;
    return link.send(messages::Kind::kDone);
}

/// One file: true when the gateway was told what became of it.
bool work(worker::Link& link) {
    const auto job = link.wait_for_job();
    if (!job) return false;
    const auto outcome = worker::prepare(*job, link);
    if (const auto* reason = std::get_if<messages::Reason>(&outcome))
        return link.send(messages::Kind::kFailed, static_cast<std::uint64_t>(*reason));
    const auto* done = std::get_if<worker::Prepared>(&outcome);
    return done != nullptr && tell(link, *done);
}

int refuse(std::string_view why) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why.data(), why.size());
    return 2;
}

}  // namespace

/// callvault-transcode: prepares one recording and exits. Started by the gateway, with its socket as descriptor 3.
int main(int argc, char** argv) {
    static_cast<void>(argv);
    if (argc != 1 || ::isatty(STDIN_FILENO) != 0) {
        return refuse(
            "callvault-transcode prepares one recording for playback, shut into a sandbox.\n"
            "The gateway starts it by itself; it takes no options and is of no use by hand.\n");
    }
    worker::warm_up();
    if (const char* why = worker::shut_in({})) return refuse(why);
    try {
        worker::Link link(kSocket);
        // At once: no destructor of any library runs in the sandbox.
        ::_exit(work(link) ? EXIT_SUCCESS : EXIT_FAILURE);
    } catch (const std::exception&) {
        ::_exit(EXIT_FAILURE);
    }
}
