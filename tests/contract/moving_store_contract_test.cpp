// The suite over a store that is half moved: MovingStore over two file stores, every second name in the old one.
#include "tests/contract/object_store_contract.hpp"
#include "tests/support/two_stores.hpp"

namespace tests {

namespace {

class MovingStoreUnderTest final : public StoreUnderTest {
  public:
    ObjectStore& store() override { return half_; }

  private:
    TwoFileStores stores_;
    HalfMovedStore half_{stores_.store()};
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store_under_test() {
    return std::make_unique<MovingStoreUnderTest>();
}

}  // namespace tests
