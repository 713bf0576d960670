#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;
constexpr std::int64_t kGiB = 1024 * kMiB;

const Shape kCountryOrNone{Form::kText, 0, 2, {}};  ///< residency_look.cpp says which.

Section server() {
    return {
        "server",
        "Where the gateway listens. A reload (SIGHUP) reads the certificates anew.",
        {{"address",
          {Form::kText, 1, 64, {}},
          "127.0.0.1",
          "Numeric address of the HTTPS listener; 0.0.0.0 or :: for all.",
          [](S& s, const V& v) { s.server.address = v.text(); }},
         {"port",
          {Form::kWhole, 0, 65535, {}},
          "8443",
          "TCP port of the HTTPS listener; 0 takes a free one.",
          [](S& s, const V& v) { s.server.port = v.whole<std::uint16_t>(); }},
         {"url", kOptionalText, "",
          "Address under which browsers reach this service, without a path (\"https://calls.example\"); needed where "
          "people sign in.",
          [](S& s, const V& v) { s.server.url = v.text(); }},
         {"certificate", kNeededPath, std::nullopt, "PEM file with the server's certificate, then its issuers.",
          [](S& s, const V& v) { s.server.certificate = v.text(); }},
         {"key", kNeededPath, std::nullopt, "PEM file with the certificate's private key, unencrypted, mode 0600.",
          [](S& s, const V& v) { s.server.key = v.text(); }},
         {"client_ca", kNeededPath, std::nullopt, "PEM file with the authorities that issue client certificates.",
          [](S& s, const V& v) { s.server.client_ca = v.text(); }},
         {"socket",
          {Form::kPath, 1, 107, {}},
          "/run/callvault/callvault.sock",
          "Unix socket for the command line; users are told apart by their uid (see local_user).",
          [](S& s, const V& v) { s.server.socket = v.text(); }},
         {"metrics_address",
          {Form::kText, 1, 64, {}},
          "127.0.0.1",
          "Loopback address of the listener for /metrics, /healthz and /readyz (plain HTTP).",
          [](S& s, const V& v) { s.server.metrics_address = v.text(); }},
         {"metrics_port",
          {Form::kWhole, 0, 65535, {}},
          "9464",
          "TCP port of that listener; 0 turns it off.",
          [](S& s, const V& v) { s.server.metrics_port = v.whole<std::uint16_t>(); }},
         {"threads",
          {Form::kWhole, 0, 1024, {}},
          "0",
          "Loop threads; 0 takes one for each core.",
          [](S& s, const V& v) { s.server.threads = v.whole<unsigned>(); }}}};
}

Section database() {
    return {"database",
            "The catalogue (PostgreSQL 15 or newer).",
            {{"url",
              {Form::kText, 1, 1024, {}},
              std::nullopt,
              "Connection string: postgresql://user@host/name?sslmode=verify-full, or host=/run/postgresql "
              "dbname=callvault.",
              [](S& s, const V& v) { s.database.url = v.text(); },
              true},
             {"connections",
              {Form::kWhole, 1, 128, {}},
              "16",
              "Connections that one gateway opens.",
              [](S& s, const V& v) { s.database.connections = v.whole<unsigned>(); }},
             {"timeout",
              {Form::kDuration, 1, 5 * kMinute, {}},
              "5 s",
              "How long one statement may take.",
              [](S& s, const V& v) { s.database.timeout = v.seconds(); }}}};
}

Section limits() {
    return {"limits",
            "The bounds of every queue, body, header and connection; past one a client gets 413, 429 or 503.",
            {{"recording",
              {Form::kBytes, 1 * kKiB, 64 * kGiB, {}},
              "2 GiB",
              "Longest recording that anybody may push.",
              [](S& s, const V& v) { s.limits.recording_bytes = v.whole<std::uint64_t>(); }},
             {"request_line",
              {Form::kBytes, 256, 64 * kKiB, {}},
              "8 KiB",
              "Longest request line.",
              [](S& s, const V& v) { s.limits.request_line_bytes = v.whole<std::uint64_t>(); }},
             {"headers",
              {Form::kBytes, 4 * kKiB, 256 * kKiB, {}},
              "32 KiB",
              "All header fields of a request together.",
              [](S& s, const V& v) { s.limits.header_bytes = v.whole<std::uint64_t>(); }},
             {"header_fields",
              {Form::kWhole, 10, 1000, {}},
              "100",
              "Header fields of a request.",
              [](S& s, const V& v) { s.limits.header_fields = v.whole<unsigned>(); }},
             {"header_time",
              {Form::kDuration, 1, 2 * kMinute, {}},
              "10 s",
              "From the first byte of a request to the end of its head.",
              [](S& s, const V& v) { s.limits.header_time = v.seconds(); }},
             {"body_rate",
              {Form::kBytes, 1, 10 * kMiB, {}},
              "1000 B",
              "Least number of bytes a second of a body.",
              [](S& s, const V& v) { s.limits.body_bytes_per_second = v.whole<std::uint64_t>(); }},
             {"body_grace",
              {Form::kDuration, 1, 10 * kMinute, {}},
              "20 s",
              "How long a body may fall behind that rate.",
              [](S& s, const V& v) { s.limits.body_grace = v.seconds(); }},
             {"keep_alive",
              {Form::kDuration, 1, 10 * kMinute, {}},
              "30 s",
              "Silence between two requests of a connection.",
              [](S& s, const V& v) { s.limits.keep_alive = v.seconds(); }},
             {"tls_handshake",
              {Form::kDuration, 1, 2 * kMinute, {}},
              "10 s",
              "From connecting to a finished TLS handshake.",
              [](S& s, const V& v) { s.limits.tls_handshake = v.seconds(); }},
             {"connections",
              {Form::kWhole, 1, 1'000'000, {}},
              "20000",
              "Connections open at once; further ones wait.",
              [](S& s, const V& v) { s.limits.connections = v.whole<unsigned>(); }},
             {"uploads",
              {Form::kWhole, 1, 100'000, {}},
              "2000",
              "Recordings received at once; further ones get 503.",
              [](S& s, const V& v) { s.limits.uploads = v.whole<unsigned>(); }},
             {"memory",
              {Form::kBytes, 16 * kMiB, 64 * kGiB, {}},
              "512 MiB",
              "Memory of all upload and playback buffers together.",
              [](S& s, const V& v) { s.limits.memory_bytes = v.whole<std::uint64_t>(); }},
             {"blocking_threads",
              {Form::kWhole, 1, 256, {}},
              "16",
              "Threads for calls that block (fsync, vault).",
              [](S& s, const V& v) { s.limits.blocking_threads = v.whole<unsigned>(); }},
             {"blocking_queue",
              {Form::kWhole, 16, 1'000'000, {}},
              "4096",
              "Calls that may wait for those threads.",
              [](S& s, const V& v) { s.limits.blocking_queue = v.whole<unsigned>(); }},
             {"request_time",
              {Form::kDuration, 1, 10 * kMinute, {}},
              "30 s",
              "How long a request may wait for database, store and vault.",
              [](S& s, const V& v) { s.limits.request_time = v.seconds(); }},
             {"upload_lease",
              {Form::kDuration, 1 * kHour, 7 * kDay, {}},
              "24 h",
              "After this the sweeper takes objects that no row names; a push older than half of it is refused.",
              [](S& s, const V& v) { s.limits.upload_lease = v.seconds(); }},
             {"drain",
              {Form::kDuration, 0, 5 * kMinute, {}},
              "0 s",
              "How long /readyz says 503 after SIGTERM while requests are still taken: longer than a balancer takes to "
              "notice.",
              [](S& s, const V& v) { s.limits.drain = v.seconds(); }},
             {"stop_grace",
              {Form::kDuration, 0, 10 * kMinute, {}},
              "25 s",
              "How long running requests may go on after that.",
              [](S& s, const V& v) { s.limits.stop_grace = v.seconds(); }}}};
}

Section media() {
    return {"media",
            "Media workers: sandboxed processes that make calls of every codec playable and measure them.",
            {{"worker",
              {Form::kPath, 0, 0, {}},
              "",
              "The program, callvault-transcode; empty: the one beside callvault.",
              [](S& s, const V& v) { s.media.worker = v.text(); }},
             {"workers",
              {Form::kWhole, 0, 256, {}},
              "0",
              "Files prepared at once, each with a core of its own; 0: half of the cores.",
              [](S& s, const V& v) { s.media.workers = v.whole<unsigned>(); }},
             {"longest",
              {Form::kDuration, 10, 30 * kMinute, {}},
              "10 min",
              "How long one file may take; then its worker is ended, and it is tried again, four times in all.",
              [](S& s, const V& v) { s.media.longest = v.seconds(); }}}};
}

}  // namespace

std::vector<Section> service_sections() {
    std::vector<Section> all{server()};
    for (Section& section : object_sections()) all.push_back(std::move(section));
    for (Section& section : vault_sections()) all.push_back(std::move(section));
    for (const auto part : {database, media, limits}) all.push_back(part());
    return all;
}

}  // namespace gateway::app
