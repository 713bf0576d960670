#include "policy/region.hpp"

#include <catch2/catch.hpp>

#include "policy/residency.hpp"

using policy::country_of_region;

TEST_CASE("A region lies in the country that its provider says, and nowhere by its name alone") {
    struct Case {
        const char* host;
        const char* region;
        const char* country;
    };
    for (const Case& one : {Case{"s3.eu-central-1.amazonaws.com", "eu-central-1", "DE"},
                            {"calls.s3.eu-west-1.amazonaws.com", "eu-west-1", "IE"},
                            {"s3.eu-central-2.amazonaws.com", "eu-central-2", "CH"},
                            {"s3.eu-central-2.ionoscloud.com", "eu-central-2", "DE"},
                            {"s3.eu-west-1.wasabisys.com", "eu-west-1", "GB"},
                            {"s3.eu-west-2.amazonaws.com", "eu-west-2", "GB"},
                            {"s3.gra.io.cloud.ovh.net", "gra", "FR"},
                            {"hel1.your-objectstorage.com", "hel1", "FI"}}) {
        INFO(one.host << " " << one.region);
        CHECK(country_of_region(one.host, one.region) == one.country);
    }
    CHECK_FALSE(policy::may_store_in(*country_of_region("s3.eu-west-2.amazonaws.com", "eu-west-2")));
    CHECK_FALSE(policy::may_store_in(*country_of_region("s3.eu-central-2.amazonaws.com", "eu-central-2")));
}

TEST_CASE("What is not in the list lies nowhere: another host, a host that ends alike, another region") {
    CHECK_FALSE(country_of_region("store.example.org", "eu-central-1"));
    CHECK_FALSE(country_of_region("s3.evilamazonaws.com", "eu-central-1"));
    CHECK_FALSE(country_of_region("amazonaws.com.example.org", "eu-central-1"));
    CHECK_FALSE(country_of_region("s3.eu-central-1.amazonaws.com", "eu-atlantis-1"));
    CHECK_FALSE(country_of_region("s3.gra.io.cloud.ovh.net", "eu-west-1"));
    CHECK_FALSE(country_of_region("", ""));
}
