#include "storage/objects/s3_listing.hpp"

#include <algorithm>
#include <utility>

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMostPerPage = 1000;

/// The body of a listing, or why there is none.
awaitable<Result<std::string>> ask(S3Client& client, std::vector<S3Parameter> query, Deadline deadline) {
    S3Request request;
    request.query = std::move(query);
    auto answered = co_await client.send(std::move(request), deadline);
    if (!answered.answer) co_return answered.answer.error();
    if (!answered.answer->good()) co_return unexpected("listing", *answered.answer);
    co_return std::move(answered.answer->body);
}

/// Takes a page into the listing. False: not in the byte order of the keys, after which no page could be trusted.
bool take(const S3ObjectPage& page, std::string& last, Listing& listing) {
    for (const auto& object : page.objects) {
        if (object.key <= last) return false;
        last = object.key;
        auto name = ObjectName::parse(object.key);
        if (name) listing.objects.push_back({std::move(*name), object.size_in_bytes, object.modified});
    }
    return true;
}

/// A text that comes before `name` and after nearly everything else that does.
std::string just_before(const std::string& name) {
    std::string out = name;
    --out.back();
    return out + '~';
}

/// Goes through the versions of the bucket, jumping from name to name where they lie far apart.
class VersionWalk {
  public:
    explicit VersionWalk(const std::vector<ObjectName>& names) : names_(names), prefix_(common_prefix(names)) {}

    bool done() const { return next_ == names_.size(); }

    std::vector<S3Parameter> query() const {
        std::vector<S3Parameter> query{
            {"versions", ""}, {"encoding-type", "url"}, {"max-keys", std::to_string(page_)}, {"prefix", prefix_}};
        const std::string& wanted = names_[next_].text();
        if (key_marker_ > just_before(wanted)) {
            query.push_back({"key-marker", key_marker_});
            if (!version_marker_.empty()) query.push_back({"version-id-marker", version_marker_});
        } else if (just_before(wanted) > prefix_) {
            query.push_back({"key-marker", just_before(wanted)});
        }
        return query;
    }

    /// False: the store goes in circles.
    bool take(const S3VersionPage& page) {
        std::size_t hits = 0;
        for (const auto& version : page.versions) {
            const auto at = std::ranges::lower_bound(names_, version.key, {}, &ObjectName::text);
            if (at == names_.end() || at->text() != version.key) continue;
            found_.push_back(version);
            ++hits;
        }
        page_ = std::clamp<std::size_t>(4 * hits + 8, 16, kMostPerPage);
        if (!page.more) {
            next_ = names_.size();
            return true;
        }
        if (page.next_key < key_marker_ || (page.next_key == key_marker_ && page.next_version_id == version_marker_))
            return false;
        key_marker_ = page.next_key;
        version_marker_ = page.next_version_id;
        // The marker's own key may have more versions.
        while (next_ < names_.size() && names_[next_].text() < key_marker_) ++next_;
        return true;
    }

    std::vector<S3Version> found() { return std::move(found_); }

  private:
    const std::vector<ObjectName>& names_;
    std::string prefix_;
    std::size_t next_ = 0;
    std::size_t page_ = kMostPerPage;
    std::string key_marker_;
    std::string version_marker_;
    std::vector<S3Version> found_;
};

}  // namespace

std::string common_prefix(const std::vector<ObjectName>& names) {
    const std::string& first = names.front().text();
    const std::string& last = names.back().text();
    const auto ends = std::mismatch(first.begin(), first.end(), last.begin(), last.end());
    return {first.begin(), ends.first};
}

awaitable<Result<Listing>> list_s3_objects(S3Client& client, std::string prefix, std::string after, std::size_t limit,
                                           Deadline deadline) {
    Listing listing;
    std::string last = after;
    std::string token;
    do {
        const std::size_t wanted = std::min(kMostPerPage, limit - listing.objects.size());
        std::vector<S3Parameter> query{
            {"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", std::to_string(wanted)}, {"prefix", prefix}};
        if (!token.empty()) {
            query.push_back({"continuation-token", token});
        } else if (!after.empty()) {
            query.push_back({"start-after", after});
        }
        const auto body = co_await ask(client, std::move(query), deadline);
        if (!body) co_return body.error();
        const auto page = read_object_page(*body);
        if (!page) co_return page.error();
        if (!take(*page, last, listing) || listing.objects.size() > limit)
            co_return fail(Code::kUnavailable, "the S3 store does not list in the order of the keys");
        token = page->next;
    } while (!token.empty() && listing.objects.size() < limit);
    listing.more = !token.empty();
    co_return listing;
}

awaitable<Result<std::vector<S3Version>>> versions_of(S3Client& client, const std::vector<ObjectName>& names,
                                                      Deadline deadline) {
    if (names.empty()) co_return std::vector<S3Version>();
    VersionWalk walk(names);
    while (!walk.done()) {
        auto query = walk.query();
        const auto body = co_await ask(client, std::move(query), deadline);
        if (!body) co_return body.error();
        const auto page = read_version_page(*body);
        if (!page) co_return page.error();
        if (!walk.take(*page)) co_return fail(Code::kUnavailable, "the S3 store repeats its list of versions");
    }
    co_return walk.found();
}

awaitable<Result<std::vector<S3OpenUpload>>> open_uploads(S3Client& client, std::string prefix, Deadline deadline) {
    std::vector<S3OpenUpload> found;
    std::string key_marker;
    std::string id_marker;
    while (true) {
        std::vector<S3Parameter> query{
            {"uploads", ""}, {"encoding-type", "url"}, {"max-uploads", "1000"}, {"prefix", prefix}};
        if (!key_marker.empty()) {
            query.push_back({"key-marker", key_marker});
            query.push_back({"upload-id-marker", id_marker});
        }
        const auto body = co_await ask(client, std::move(query), deadline);
        if (!body) co_return body.error();
        auto page = read_upload_page(*body);
        if (!page) co_return page.error();
        for (auto& upload : page->uploads) {
            if (upload.key.starts_with(prefix)) found.push_back(std::move(upload));
        }
        if (!page->more) co_return found;
        if (page->next_key < key_marker || (page->next_key == key_marker && page->next_upload_id == id_marker))
            co_return fail(Code::kUnavailable, "the S3 store repeats its list of uploads");
        key_marker = page->next_key;
        id_marker = page->next_upload_id;
    }
}

}  // namespace storage::objects
