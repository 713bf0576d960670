#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/http/buffer_pool.hpp"
#include "gateway/http/peer.hpp"

namespace gateway::http {

/// What a step on a connection came to.
enum class Io {
    kDone,       ///< It went through.
    kWantRead,   ///< Wait until the socket is readable, then call again.
    kWantWrite,  ///< Wait until the socket is writable, then call again.
    kEnd,        ///< The other side has closed in order.
    kFailed,     ///< The connection is broken; nothing more will work.
};

/// The bytes of one connection, in clear or over TLS: never waits, never blocks. Output is gathered and goes out with
/// one system call a flush(); the gathering buffer is borrowed from the loop's pool and given back as soon as it is
/// empty.
///
/// Thread safety: none; the connection's loop only. Lifetime: the socket's descriptor stays open, the pool stays.
class Transport {
  public:
    Transport(int descriptor, BufferPool& pool);
    virtual ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Goes on with the handshake, if there is one. Flush after every call, failure included (alerts).
    virtual Io handshake() { return Io::kDone; }

    /// Reads at least one byte into `into`; `n` says how many. May gather output of its own (TLS key updates).
    virtual Io read(std::span<std::byte> into, std::size_t& n);

    /// Takes bytes to be sent. False: the connection is broken.
    virtual bool write(std::span<const std::byte> bytes);

    /// Gathers the closing message of the protocol, if it has one.
    virtual void say_goodbye() {}

    /// Fills in what the handshake told about the peer.
    virtual void describe(Peer& peer) const { static_cast<void>(peer); }

    /// Why handshake() failed: fixed words of the TLS library, for the operator.
    virtual std::string_view failure() const { return {}; }

    bool write(std::string_view text) { return write(std::as_bytes(std::span(text))); }

    /// Makes sure that `bytes` more fit without moving what is gathered.
    void expect(std::size_t bytes);

    /// Sends what was gathered.
    Io flush();
    bool has_output() const { return !out_.empty(); }

    /// Reads and throws away what the peer still sends, below any protocol.
    Io discard();

  protected:
    int descriptor() const { return descriptor_; }
    void gather(std::span<const std::byte> bytes);

  private:
    void grow(std::size_t bytes);

    int descriptor_;
    BufferPool& pool_;
    Buffer out_;
};

}  // namespace gateway::http
