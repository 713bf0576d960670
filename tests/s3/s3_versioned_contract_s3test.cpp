#include "tests/contract/object_store_contract.hpp"
#include "tests/support/s3_lab.hpp"

namespace tests {

namespace {

/// Ceph does not refuse a taken name when the bucket keeps versions: a gateway does not start on such a bucket
/// (bucket_verdict). A store that refuses them there is held to the rest of the contract, as this one is.
class VersionedStoreUnderTest final : public StoreUnderTest {
  public:
    VersionedStoreUnderTest() : bucket_(S3Lab::shared(), {.versions = true}) {}
    ObjectStore& store() override { return bucket_.store(); }
    bool refuses_taken_names() const override { return false; }

  private:
    S3Bucket bucket_;
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store_under_test() {
    return std::make_unique<VersionedStoreUnderTest>();
}

}  // namespace tests
