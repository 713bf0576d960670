#include "storage/objects/file_upload.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/async/crash_point.hpp"

namespace storage::objects {

using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;
namespace asio = boost::asio;

FileUpload::FileUpload(UploadPlace place, ObjectName name, std::optional<std::uint64_t> length, Deadline deadline,
                       MemoryGrant grant)
    : place_(place), name_(std::move(name)), length_(length), deadline_(deadline), grant_(std::move(grant)) {}

FileUpload::~FileUpload() {
    discard();
}

asio::awaitable<Result<void>> FileUpload::write(std::span<const std::byte> bytes) {
    if (ended_) co_return *ended_;
    if (length_ && bytes.size() > *length_ - received_)
        co_return die(fail(Code::kTooLarge, "more bytes than announced"));
    received_ += bytes.size();
    if (!buffer_.empty() || bytes.size() < kWriteBatchInBytes) {
        if (buffer_.capacity() == 0) {
            buffer_.reserve(upload_memory(length_));
        }
        const std::size_t taken = std::min(kWriteBatchInBytes - buffer_.size(), bytes.size());
        buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        bytes = bytes.subspan(taken);
        if (buffer_.size() < kWriteBatchInBytes) co_return Result<void>();
        const auto flushed = co_await flush(buffer_);
        if (!flushed) co_return flushed;
        buffer_.clear();
    }
    if (bytes.size() >= kWriteBatchInBytes) co_return co_await flush(bytes);
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    co_return Result<void>();
}

asio::awaitable<Result<void>> FileUpload::flush(std::span<const std::byte> bytes) {
    if (auto stop = stop_before("a write")) co_return die(std::move(*stop));
    const Result<void> written = co_await place_.pool.run([this, bytes] { return write_out(bytes); });
    if (!written) co_return die(written.error());
    co_return Result<void>();
}

asio::awaitable<Result<void>> FileUpload::commit() {
    if (ended_) co_return *ended_;
    if (length_ && received_ != *length_) co_return die(fail(Code::kInvalid, "fewer bytes than announced"));
    if (auto stop = stop_before("the commit")) co_return die(std::move(*stop));
    const Result<void> renamed = co_await place_.pool.run([this] { return sync_and_rename(); });
    if (!renamed && renamed.error().code != Code::kConflict) co_return die(renamed.error());
    const Result<void> synced = co_await place_.folders.sync(place_.tree.folder_of(name_));
    if (!renamed) co_return die(renamed.error());
    if (!synced) {
        const Result<void> taken_back = co_await place_.pool.run([this, &synced] { return take_back(synced.error()); });
        co_return die(taken_back.error());
    }
    CALLVAULT_CRASH_POINT("objects.folder_synced");
    ended_ = fail(Code::kInternal, "the upload is committed already");
    grant_.release();
    co_return Result<void>();
}

asio::awaitable<void> FileUpload::abort() {
    if (!ended_) ended_ = fail(Code::kInternal, "the upload was aborted");
    if (temporary_.empty()) co_return;
    const Result<void> done = co_await place_.pool.run([this]() -> Result<void> {
        discard();
        return {};
    });
    static_cast<void>(done);  // a full queue: the destructor tries again
}

std::optional<Error> FileUpload::stop_before(const char* step) const {
    if (std::chrono::steady_clock::now() < deadline_) return std::nullopt;
    return fail(Code::kDeadline, std::string("an upload ran out of time before ") + step);
}

Error FileUpload::die(Error error) {
    ended_ = error;
    buffer_ = {};
    grant_.release();
    return error;
}

Result<void> FileUpload::write_out(std::span<const std::byte> bytes) {
    Files& files = place_.tree.files();
    if (!file_.is_open()) {
        std::string path = place_.tree.new_temporary_path();
        const SystemError error = files.create(path, file_);
        if (error != 0) return file_error("making a temporary file", error);
        temporary_ = std::move(path);
    }
    const SystemError error = files.write(file_.number(), bytes, written_);
    if (error != 0) return file_error("writing an object", error);
    written_ += bytes.size();
    if (written_ - writing_back_ >= place_.writeback_every_bytes) {
        files.start_writeback(file_.number(), writing_back_, written_ - writing_back_);
        writing_back_ = written_;
    }
    return {};
}

Result<void> FileUpload::sync_and_rename() {
    Result<void> written = write_out(buffer_);
    if (!written) return written;
    CALLVAULT_CRASH_POINT("objects.written");
    // After a failed fsync the kernel may have dropped the pages and would call the next one good: so there is no next
    // one.
    const SystemError error = place_.tree.files().sync(file_.number());
    file_.close();
    if (error != 0) {
        discard();
        return file_error("fsync of an object", error);
    }
    CALLVAULT_CRASH_POINT("objects.file_synced");
    Result<void> renamed = rename_into_place();
    if (!renamed) discard();
    CALLVAULT_CRASH_POINT("objects.renamed");
    return renamed;
}

Result<void> FileUpload::rename_into_place() {
    FileTree& tree = place_.tree;
    const std::string target = tree.path_of(name_);
    const std::string folder = tree.folder_of(name_);
    // A purge may remove the folder while it is empty; then it is made again.
    constexpr int kTries = 10;
    for (int i = 0; i < kTries; ++i) {
        Result<void> made = tree.make_folder(folder);
        if (!made && i + 1 == kTries) return made;
        if (!made) continue;
        const SystemError error = tree.files().rename_new(temporary_, target);
        if (error == 0) {
            temporary_.clear();
            // Nothing to do, unless the folder was removed and made again since: then it may not be durable yet.
            const Result<void> still = tree.make_folder(folder);
            return still ? still : take_back(still.error());
        }
        if (error == EEXIST) return fail(Code::kConflict, "the name is taken: " + name_.text());
        if (error != ENOENT) return file_error("renaming an object", error);
        tree.forget(folder);
    }
    return fail(Code::kUnavailable, "the folder of an object was removed again and again");
}

Result<void> FileUpload::take_back(Error reason) {
    const SystemError error = place_.tree.files().unlink(place_.tree.path_of(name_));
    if (error == 0 || error == ENOENT) return reason;
    return fail(Code::kInDoubt, "an object is there but may not be durable: " + reason.what);
}

void FileUpload::discard() noexcept {
    file_.close();
    if (temporary_.empty()) return;
    place_.tree.files().unlink(temporary_);  // what stays is swept at a later start
    temporary_.clear();
}

}  // namespace storage::objects
