// crash_child ROOT put NAME | remove NAME...: one act on a file store, which the crash test kills in the middle.
#include <cstdio>
#include <string>
#include <vector>

#include "tests/unit/storage/objects/store_fixture.hpp"

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    const std::vector<std::string> words(argv + 1, argv + argc);
    storage::async::BlockingPool pool("objects", 2, 100);
    storage::objects::MemoryBudget budget(1U << 20U, 10);
    storage::objects::FileStoreOptions options;
    options.root = words[0];
    const auto store = storage::objects::FileStore::open(options, pool, budget).value();
    std::vector<storage::objects::ObjectName> names;
    for (std::size_t i = 2; i < words.size(); ++i) names.push_back(tests::named(words[i]));
    const tests::Bytes bytes = tests::some_bytes(400000);
    const auto outcome = words[1] == "put"
                             ? tests::await(storage::objects::put_once(*store, names.front(), bytes, tests::soon()))
                             : tests::await(store->remove_many(names, tests::soon()));
    if (!outcome) std::fprintf(stderr, "%s\n", outcome.error().what.c_str());
    return outcome ? 0 : 1;
}
