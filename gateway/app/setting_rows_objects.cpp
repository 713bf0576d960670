#include <utility>

#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

/// What names one store, whichever of the two it is.
template <S::Objects S::*Which>
std::vector<Setting> place(Setting kind) {
    return {
        std::move(kind),
        {"folder", kNeededPath, "/var/lib/callvault/objects",
         "Folder of the file store, on a disk of its own if you can.",
         [](S& s, const V& v) { (s.*Which).folder = v.text(); }},
        {"endpoint",
         {Form::kText, 0, 2048, {}},
         "",
         "Where the S3 store answers: https://host, with a port if not 443.",
         [](S& s, const V& v) { (s.*Which).endpoint = v.text(); }},
        {"region",
         {Form::kText, 0, 64, {}},
         "",
         "Region that the store is in, as it calls it itself.",
         [](S& s, const V& v) { (s.*Which).region = v.text(); }},
        {"bucket",
         {Form::kText, 0, 63, {}},
         "",
         "The bucket: callvault's alone.",
         [](S& s, const V& v) { (s.*Which).bucket = v.text(); }},
        {"path_style", kFlag, "true", "Whether addresses are https://host/bucket/key; else https://bucket.host/key.",
         [](S& s, const V& v) { (s.*Which).path_style = v.flag(); }},
        {"credentials_file", kPath, "",
         "File of mode 0600 with the access key, as the store's own tools keep it (aws_access_key_id = ...).",
         [](S& s, const V& v) { (s.*Which).credentials_file = v.text(); }},
        {"authorities", kPath, "",
         "PEM file with the authorities that may vouch for the store, instead of the system's.",
         [](S& s, const V& v) { (s.*Which).authorities = v.text(); }},
        {"country",
         {Form::kText, 0, 2, {}},
         "",
         "Country that the store lies in, where its provider and region do not tell (a store of your own).",
         [](S& s, const V& v) { (s.*Which).country = v.text(); }},
        {"statement",
         {Form::kText, 0, 200, {}},
         "",
         "Reference of the document in which who runs the store says so; it stands in the statement of residency.",
         [](S& s, const V& v) { (s.*Which).statement = v.text(); }},
        {"connections",
         {Form::kWhole, 16, 4096, {}},
         "256",
         "Connections to the S3 store that may be in use at once; a push holds one while it is sent. What needs one "
         "more waits, at most until its deadline.",
         [](S& s, const V& v) { (s.*Which).connections = v.whole<std::size_t>(); }},
        {"assured",
         {Form::kTexts, 0, 0, {"location", "versioning", "lifecycle", "lock", "replication", "policyStatus"}},
         "",
         "Questions about the bucket that the store does not answer and you answer for, because you know by other "
         "means: it is in the region; nothing removes, moves or copies objects; new ones are not locked; it is not "
         "public. A question that is neither answered nor named here forbids the start; an answer of the store's "
         "always counts.",
         [](S& s, const V& v) { (s.*Which).assured = v.texts(); }}};
}

}  // namespace

std::vector<Section> object_sections() {
    return {{"objects", "Where the sealed recordings lie.",
             place<&S::objects>({"kind",
                                 {Form::kText, 0, 0, {"file", "s3"}},
                                 "file",
                                 "file: a folder of this host. s3: a bucket of an object store, for any number of "
                                 "hosts.",
                                 [](S& s, const V& v) { s.objects.kind = v.text(); }})},
            {"objects.old",
             "Where recordings still lie while `callvault store move` takes them to [objects]; the same on every "
             "gateway, and taken out when the move is done.",
             place<&S::old_objects>({"kind",
                                     {Form::kText, 0, 0, {"none", "file", "s3"}},
                                     "none",
                                     "none: nothing is being moved. file, s3: the store that recordings come from.",
                                     [](S& s, const V& v) { s.old_objects.kind = v.text(); }})}};
}

}  // namespace gateway::app
