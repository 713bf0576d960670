#include "storage/objects/move_notes.hpp"

#include <charconv>
#include <utility>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"
#include "storage/objects/whole_object.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMostNames = 1000;
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostPages = 1000;
constexpr std::string_view kPages = "moving/pages/";
constexpr std::string_view kHead = "callvault move page 1\n";

std::string text_of(const MovePage& page) {
    std::string out(kHead);
    out += std::to_string(page.allowed.count()) + '\n';
    for (const auto& name : page.names) out += name.text() + '\n';
    return out;
}

Result<MovePage> page_of(ObjectName note, std::string_view text) {
    const auto refuse = [&] { return fail(Code::kCorrupt, note.text() + " is no note of a move"); };
    if (!text.starts_with(kHead)) return refuse();
    text.remove_prefix(kHead.size());
    const auto allowed = crypto::take_line(text);
    std::int64_t seconds = 0;
    if (!allowed) return refuse();
    const auto read = std::from_chars(allowed->data(), allowed->data() + allowed->size(), seconds);
    if (read.ec != std::errc() || read.ptr != allowed->data() + allowed->size() || seconds < 0) return refuse();
    MovePage page{std::move(note), std::chrono::seconds(seconds), {}};
    while (!text.empty()) {
        const auto line = crypto::take_line(text);
        auto name = ObjectName::parse(line.value_or(""));
        if (!name) return fail(Code::kCorrupt, page.note.text() + " is no note of a move");
        page.names.push_back(std::move(*name));
    }
    return page;
}

}  // namespace

MovePage page_over(std::vector<ObjectName> names, std::chrono::seconds allowed) {
    return {move_page(crypto::random_id<policy::AttemptId>()), allowed, std::move(names)};
}

awaitable<Result<void>> begin_page(ObjectStore& to, const MovePage& page, Deadline deadline) {
    if (page.names.size() > kMostNames) co_return fail(Code::kInvalid, "too many objects for a page of a move");
    const std::string text = text_of(page);
    co_return co_await put_once(to, page.note, crypto::bytes_of(text), deadline);
}

awaitable<Result<void>> end_page(ObjectStore& to, ObjectName note, Deadline deadline) {
    co_return co_await to.remove(std::move(note), deadline);
}

awaitable<Result<std::vector<MovePage>>> open_pages(ObjectStore& to, Deadline deadline) {
    const auto listing = co_await to.list(std::string(kPages), "", kMostPages, deadline);
    if (!listing) co_return listing.error();
    std::vector<MovePage> out;
    for (const auto& listed : listing->objects) {
        const auto bytes = co_await get(to, listed.name, kMostBytes, deadline);
        if (!bytes && bytes.error().code == Code::kNotFound) continue;  // it ended meanwhile
        if (!bytes) co_return bytes.error();
        auto page = page_of(listed.name, crypto::text_of(*bytes));
        if (!page) co_return page.error();
        out.push_back(std::move(*page));
    }
    co_return out;
}

awaitable<Result<void>> note_move_source(ObjectStore& to, std::string_view source, Deadline deadline) {
    const auto bytes = crypto::bytes_of(source);
    const auto written = co_await put_once(to, move_source(), bytes, deadline);
    if (written || written.error().code != Code::kConflict) co_return written;
    const auto other = co_await read_move_source(to, deadline);
    if (!other) co_return other.error();
    co_return fail(Code::kConflict, "a move from " + other->value_or("elsewhere") + " is not finished");
}

awaitable<Result<std::optional<std::string>>> read_move_source(ObjectStore& to, Deadline deadline) {
    const auto bytes = co_await get(to, move_source(), kMostBytes, deadline);
    if (!bytes && bytes.error().code == Code::kNotFound) co_return std::optional<std::string>();
    if (!bytes) co_return bytes.error();
    co_return std::optional(std::string(crypto::text_of(*bytes)));
}

}  // namespace storage::objects
