#include "tests/contract/object_store_contract.hpp"
#include "tests/support/s3_lab.hpp"

namespace tests {

namespace {

class S3StoreUnderTest final : public StoreUnderTest {
  public:
    S3StoreUnderTest() : bucket_(S3Lab::shared()) {}
    ObjectStore& store() override { return bucket_.store(); }

  private:
    S3Bucket bucket_;
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store_under_test() {
    return std::make_unique<S3StoreUnderTest>();
}

}  // namespace tests
