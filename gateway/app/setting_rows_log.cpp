#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

}  // namespace

std::vector<Section> log_sections() {
    return {{"log",
             "The audit log for outsiders (c2sp.org/tlog-tiles), at /log.",
             {{"open", kFlag, "false",
               "Whether everyone who reaches the service may have checkpoint and hash tiles; they hold no word of "
               "anybody, and "
               "tell how much is done here. Entries are for auditors alone, always.",
               [](S& s, const V& v) { s.log.open = v.flag(); }},
              {"quorum",
               {Form::kWhole, 1, 16, {}},
               "1",
               "How many of the [[witness]]es must have cosigned a checkpoint before outsiders are given it.",
               [](S& s, const V& v) { s.log.quorum = v.whole<unsigned>(); }}}},
            {"witness",
             "Who outside keeps the log honest (c2sp.org/tlog-witness): they sign each checkpoint that goes on from "
             "the one they "
             "saw last. callvault-verify witness is one.",
             {{"url",
               {Form::kText, 1, 2000, {}},
               std::nullopt,
               "Its submission prefix: the https address that /add-checkpoint is put after.",
               [](S& s, const V& v) { s.witnesses.back().url = v.text(); }},
              {"key",
               {Form::kText, 1, 500, {}},
               std::nullopt,
               "Its key, as it prints it: name+8 hexadecimal digits+base64.",
               [](S& s, const V& v) { s.witnesses.back().key = v.text(); }},
              {"authorities", kPath, "",
               "PEM file of the authorities that vouch for its server; empty: those of the system.",
               [](S& s, const V& v) { s.witnesses.back().authorities = v.text(); }}},
             [](S& s) { s.witnesses.emplace_back(); }}};
}

}  // namespace gateway::app
