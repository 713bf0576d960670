#include "storage/objects/file_listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

#include "storage/objects/files.hpp"

namespace storage::objects {

namespace {

using policy::Result;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// A folder's name ends in "/", so that sorting the entries of one folder sorts all names below them.
struct Entry {
    std::string name;
    bool is_folder;
};

bool is_folder(DIR* directory, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    struct stat facts {};
    return ::fstatat(::dirfd(directory), entry.d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode);
}

class Walk {
  public:
    Walk(const std::string& root, const std::string& prefix, const std::string& after, std::size_t limit)
        : root_(root), prefix_(prefix), after_(after), limit_(limit) {}

    Result<Listing> run() {
        const auto walked = visit("");
        if (!walked) return walked.error();
        return std::move(listing_);
    }

  private:
    /// `folder` is "" or ends in "/". False: the page is full.
    Result<bool> visit(const std::string& folder) {
        const Directory directory(::opendir((root_ + "/" + folder).c_str()));
        if (!directory) {
            if (errno == ENOENT) return true;  // removed meanwhile
            return file_error("listing a folder", errno);
        }
        const auto entries = wanted_entries(directory.get(), folder);
        if (!entries) return entries.error();
        for (const Entry& entry : *entries) {
            auto going = entry.is_folder ? visit(folder + entry.name) : add(directory.get(), folder, entry.name);
            if (!going || !*going) return going;
        }
        return true;
    }

    Result<std::vector<Entry>> wanted_entries(DIR* directory, const std::string& folder) const {
        std::vector<Entry> entries;
        errno = 0;
        for (const dirent* found = nullptr; (found = ::readdir(directory)) != nullptr; errno = 0) {
            Entry entry{found->d_name, is_folder(directory, *found)};
            if (!ObjectName::parse(folder + entry.name)) continue;
            if (entry.is_folder) entry.name += '/';
            const std::string path = folder + entry.name;
            if (entry.is_folder ? may_hold_wanted(path) : is_wanted(path)) entries.push_back(std::move(entry));
        }
        if (errno != 0) return file_error("listing a folder", errno);
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
        return entries;
    }

    bool is_wanted(const std::string& name) const { return name.starts_with(prefix_) && name > after_; }

    bool may_hold_wanted(const std::string& folder) const {
        const bool on_the_way = folder.starts_with(prefix_) || prefix_.starts_with(folder);
        return on_the_way && (folder > after_ || after_.starts_with(folder));
    }

    Result<bool> add(DIR* directory, const std::string& folder, const std::string& file) {
        struct stat facts {};
        if (::fstatat(::dirfd(directory), file.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) return true;
            return file_error("looking at an object", errno);
        }
        if (!S_ISREG(facts.st_mode)) return true;
        if (listing_.objects.size() == limit_) {
            listing_.more = true;
            return false;
        }
        using std::chrono::milliseconds;
        using std::chrono::nanoseconds;
        using std::chrono::seconds;
        const auto stored = seconds(facts.st_mtim.tv_sec) + nanoseconds(facts.st_mtim.tv_nsec);
        listing_.objects.push_back({ObjectName::parse(folder + file).value(), static_cast<std::uint64_t>(facts.st_size),
                                    policy::Instant(std::chrono::duration_cast<milliseconds>(stored))});
        return true;
    }

    const std::string& root_;
    const std::string& prefix_;
    const std::string& after_;
    std::size_t limit_;
    Listing listing_;
};

}  // namespace

Result<Listing> list_files(const std::string& root, const std::string& prefix, const std::string& after,
                           std::size_t limit) {
    return Walk(root, prefix, after, limit).run();
}

}  // namespace storage::objects
