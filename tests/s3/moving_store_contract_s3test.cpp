// The suite over a store that is half moved from one bucket to another.
#include "storage/objects/moving_store.hpp"
#include "tests/contract/object_store_contract.hpp"
#include "tests/support/s3_lab.hpp"
#include "tests/support/two_stores.hpp"

namespace tests {

namespace {

class MovingStoreUnderTest final : public StoreUnderTest {
  public:
    ObjectStore& store() override { return half_; }

  private:
    S3Bucket to_{S3Lab::shared()};
    S3Bucket from_{S3Lab::shared()};
    storage::objects::MovingStore store_{to_.store_with(to_.options()), from_.store_with(from_.options())};
    HalfMovedStore half_{store_};
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store_under_test() {
    return std::make_unique<MovingStoreUnderTest>();
}

}  // namespace tests
