#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "storage/async/blocking_pool.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/s3_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

/// A real S3 store (Ceph's gateway) of the test's own on loopback, started by deploy/lab/object_store.py. It ends and
/// its folder goes with this object, and also when the process dies: the program's input ends then.
///
/// Thread safety: none.
class S3Lab {
  public:
    /// The store of this executable, region "eu-lab", started at the first call. Ends the process with 77 ("skipped",
    /// with a word on why) when Ceph is not installed.
    static S3Lab& shared();

    explicit S3Lab(std::string region, int seconds_of_a_day = 0);
    ~S3Lab();
    S3Lab(const S3Lab&) = delete;
    S3Lab& operator=(const S3Lab&) = delete;

    /// How to reach the bucket `bucket`, which is not made; the faults of a test may change it.
    storage::objects::S3Options options(const std::string& bucket) const;
    /// A name that no other bucket has.
    std::string fresh_bucket_name();
    const std::string& authority_pem() const { return authority_pem_; }

    /// "pause", "resume", "pause-disk", "resume-disk", "kill-gateway", "start-gateway", "admin ...". What it said.
    std::string tell(const std::string& line);

  private:
    std::string read_line();

    TemporaryFolder folder_;
    ::pid_t program_ = -1;
    int to_ = -1;
    int from_ = -1;
    std::string unread_;
    std::uint16_t port_ = 0;
    std::string region_;
    std::string authority_pem_;
    int buckets_ = 0;
};

/// A bucket of a lab with a store on it, and both are gone with it (the bucket's contents with the lab).
class S3Bucket {
  public:
    struct Wish {
        bool locks = false;  ///< Made with object lock, and so with versions.
        bool versions = false;
    };

    explicit S3Bucket(S3Lab& lab) : S3Bucket(lab, Wish()) {}
    S3Bucket(S3Lab& lab, Wish wish);

    storage::objects::S3Store& store() { return *store_; }
    /// For what the product never asks: retention, legal holds, versions, rules.
    storage::objects::S3Client& client() { return store_->client(); }
    storage::objects::S3Options options() const { return lab_.options(name_); }
    const std::string& name() const { return name_; }
    storage::async::BlockingPool& pool() { return pool_; }
    storage::objects::MemoryBudget& budget() { return budget_; }

    /// A second store over the same bucket, with other options.
    std::unique_ptr<storage::objects::S3Store> store_with(storage::objects::S3Options options);
    /// Sends it and fails the test unless it succeeds; the answer.
    storage::objects::S3Answer must(storage::objects::S3Request request);

  private:
    S3Lab& lab_;
    std::string name_;
    storage::async::BlockingPool pool_{"s3-test", 4, 1000};
    storage::objects::MemoryBudget budget_{std::size_t{64} << 20U, 1000};
    std::unique_ptr<storage::objects::S3Store> store_;
};

}  // namespace tests
