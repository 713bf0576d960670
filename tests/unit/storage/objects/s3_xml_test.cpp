#include "storage/objects/s3_xml.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace storage::objects;
using policy::Code;

TEST_CASE("A page of objects is read with sizes, times and where it goes on") {
    const auto page = read_object_page(
                          "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                          "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
                          "<NextContinuationToken>t/1</NextContinuationToken>"
                          "<Contents><Key>a%2Fb+c%C3%BC</Key><Size>5368709121</Size>"
                          "<LastModified>2026-11-24T04:35:00.123Z</LastModified></Contents></ListBucketResult>")
                          .value();
    REQUIRE(page.objects.size() == 1);
    CHECK(page.objects[0].key == "a/b c\xC3\xBC");
    CHECK(page.objects[0].size_in_bytes == 5368709121);
    CHECK(policy::text(page.objects[0].modified) == "2026-11-24T04:35:00.123Z");
    CHECK(page.next == "t/1");
}

TEST_CASE("Keys are taken as they stand where nothing says that they are encoded") {
    const auto page = read_object_page(
                          "<ListBucketResult><Contents><Key>a%2Fb</Key><Size>0</Size>"
                          "<LastModified>2026-11-24T04:35:00Z</LastModified></Contents></ListBucketResult>")
                          .value();
    CHECK(page.objects[0].key == "a%2Fb");
    CHECK(page.next.empty());
}

TEST_CASE("A time or a size that is none makes a listing none: leases are counted by them") {
    const auto object = [](const std::string& size, const std::string& time) {
        return "<ListBucketResult><Contents><Key>a</Key>" + size + time + "</Contents></ListBucketResult>";
    };
    const std::string size = "<Size>1</Size>";
    const std::string time = "<LastModified>2026-11-24T04:35:00Z</LastModified>";
    CHECK(read_object_page(object(size, time)).has_value());
    for (const std::string wrong : {"", "<LastModified/>", "<LastModified>yesterday</LastModified>"})
        CHECK(read_object_page(object(size, wrong)).error().code == Code::kUnavailable);
    for (const std::string wrong :
         {"", "<Size/>", "<Size>-1</Size>", "<Size>1 KiB</Size>", "<Size>99999999999999999999</Size>"})
        CHECK(read_object_page(object(wrong, time)).error().code == Code::kUnavailable);
    const std::string upload = "<ListMultipartUploadsResult><Upload><Key>a</Key><UploadId>1</UploadId>";
    const std::string end = "</Upload></ListMultipartUploadsResult>";
    CHECK(read_upload_page(upload + "<Initiated>2026-11-24T04:35:00Z</Initiated>" + end).has_value());
    CHECK(read_upload_page(upload + end).error().code == Code::kUnavailable);
    CHECK(read_upload_page(upload + "<Initiated>2026-13-24T04:35:00Z</Initiated>" + end).has_error());
}

TEST_CASE("Versions and markers are read alike, and a version without an id is none") {
    const auto page = read_version_page(
                          "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
                          "<NextVersionIdMarker>v</NextVersionIdMarker>"
                          "<Version><Key>a</Key><VersionId>null</VersionId></Version>"
                          "<DeleteMarker><Key>b</Key><VersionId>2</VersionId></DeleteMarker></ListVersionsResult>")
                          .value();
    REQUIRE(page.versions.size() == 2);
    CHECK(page.versions[0].version_id == "null");
    CHECK(page.versions[1].key == "b");
    CHECK((page.more && page.next_key == "k" && page.next_version_id == "v"));
    CHECK(read_version_page("<ListVersionsResult><Version><Key>a</Key></Version></ListVersionsResult>").has_error());
}

TEST_CASE("A list that is cut off without saying how it goes on is no list") {
    CHECK(read_object_page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>").has_error());
    CHECK(read_version_page("<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>").has_error());
    CHECK(read_upload_page("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>")
              .has_error());
}

TEST_CASE("Any other root than the right one is no answer, and is named") {
    const auto page = read_version_page("<ListBucketResult/>");
    REQUIRE(page.has_error());
    CHECK(page.error().code == Code::kUnavailable);
    CHECK(page.error().what.find("<ListBucketResult>") != std::string::npos);
    const auto completed = read_completion("<Error><Code>InternalError</Code></Error>");
    CHECK(completed.error().what.find("InternalError") != std::string::npos);
    CHECK(read_delete_result("").has_error());
    CHECK(read_upload_id("<InitiateMultipartUploadResult/>").has_error());
}

TEST_CASE("What was not deleted is read key by key, though the answer is 200") {
    const auto faults = read_delete_result(
                            "<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><VersionId>1</VersionId>"
                            "<Code>AccessDenied</Code><Message>m</Message></Error></DeleteResult>")
                            .value();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].version.key == "b");
    CHECK(faults[0].code == "AccessDenied");
}

TEST_CASE("What is sent is escaped") {
    CHECK(delete_request({{"a", "v<1>&"}}) ==
          "<Delete><Quiet>true</Quiet><Object><Key>a</Key><VersionId>v&lt;1&gt;&amp;</VersionId></Object></Delete>");
    CHECK(complete_request({"\"e1\"", "\"e2\""}) ==
          "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"e1\"</ETag></Part>"
          "<Part><PartNumber>2</PartNumber><ETag>\"e2\"</ETag></Part></CompleteMultipartUpload>");
}

TEST_CASE("A refusal says its code, or nothing") {
    CHECK(read_refusal("<Error><Code>NoSuchKey</Code></Error>").code == "NoSuchKey");
    CHECK(read_refusal("<html>busy</html>").code.empty());
    CHECK(read_refusal("").code.empty());
}

}  // namespace
