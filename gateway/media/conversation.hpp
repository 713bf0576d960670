#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>
#include <vector>

#include "gateway/media/workers.hpp"
#include "policy/result.hpp"
#include "transcode/messages/message.hpp"

namespace gateway::media {

/// What is said with one worker, from the job to its last word. Whatever comes out of order, is too long or does not
/// fit the rest ends it as kWorkerMisspoke.
class Conversation {
  public:
    Conversation(boost::asio::local::stream_protocol::socket& socket, Task task, Source& source)
        : socket_(socket), task_(task), source_(source) {}
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    /// Until the last word. No value: the worker went away without one. Errors: of source and sink.
    boost::asio::awaitable<policy::Result<std::optional<Outcome>>> run();

  private:
    enum class Heard { kNothing, kFacts, kOutline, kRendition };
    struct End {
        std::optional<Outcome> outcome;  ///< None: the worker went away.
    };
    /// No value: go on.
    using Step = policy::Result<std::optional<End>>;

    boost::asio::awaitable<bool> send_job();
    boost::asio::awaitable<bool> receive(messages::Header& header);
    boost::asio::awaitable<Step> answer(messages::Header header);
    boost::asio::awaitable<Step> give_bytes(messages::Header header);
    boost::asio::awaitable<Step> take_rendition();
    Step take_facts(const messages::Header& header);
    Step take_outline();
    Step take_end(const messages::Header& header);
    bool fits() const;
    bool begins_like_a_rendition();

    boost::asio::local::stream_protocol::socket& socket_;
    const Task task_;
    Source& source_;
    Heard heard_ = Heard::kNothing;
    std::vector<std::byte> payload_;  ///< Holds sound; wiped in the end.
    std::uint64_t rendition_in_bytes_ = 0;
    Prepared prepared_;
};

}  // namespace gateway::media
