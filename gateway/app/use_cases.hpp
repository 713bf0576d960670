#pragma once

#include "gateway/jobs/operate.hpp"
#include "gateway/jobs/propose_continue.hpp"
#include "gateway/jobs/purge_requests.hpp"
#include "gateway/jobs/purge_run.hpp"
#include "gateway/recordings/holds.hpp"
#include "gateway/recordings/listen.hpp"
#include "gateway/recordings/listening_ledger.hpp"
#include "gateway/recordings/open_play.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/proposals.hpp"
#include "gateway/recordings/propose_erasure.hpp"
#include "gateway/recordings/push.hpp"
#include "gateway/recordings/read_certificate.hpp"
#include "gateway/recordings/read_log.hpp"
#include "gateway/recordings/read_residency.hpp"
#include "gateway/recordings/restrictions.hpp"
#include "gateway/recordings/search_recordings.hpp"
#include "gateway/recordings/serve_log.hpp"
#include "gateway/recordings/services.hpp"
#include "gateway/recordings/view_recording.hpp"
#include "gateway/recordings/withdraw_consent.hpp"
#include "gateway/signin/sign_in.hpp"
#include "gateway/signin/sign_out.hpp"
#include "gateway/signin/view_session.hpp"
#include "gateway/web/pages.hpp"

namespace gateway::app {

/// One of each use case. What they refer to must outlive them.
struct UseCases {
    UseCases(recordings::Services& common, recordings::PlayRegistry& plays, jobs::PurgeRun& purge,
             const storage::audit::NoteSigner& residency_signer, recordings::ResidencyDeclaration declared,
             recordings::ServeLog::Options log_options)
        : services(common),
          push(common),
          view(common),
          search(common),
          open_play(common, plays),
          listen(common, plays),
          listening(common),
          sign_in(common, plays),
          sign_out(common, plays),
          view_session(common),
          withdraw(common, plays),
          restrictions(common, plays),
          holds(common),
          erasure(common),
          proposals(common, plays),
          certificate(common),
          log(common),
          served_log(common, log_options),
          residency(common, residency_signer, std::move(declared)),
          purge_requests(common, purge),
          continue_purge(common),
          operate(common) {}

    recordings::Services& services;
    recordings::PushRecording push;
    recordings::ViewRecording view;
    recordings::SearchRecordings search;
    recordings::OpenPlay open_play;
    recordings::Listen listen;
    recordings::ListeningLedger listening;
    signin::SignIn sign_in;
    signin::SignOut sign_out;
    signin::ViewSession view_session;
    web::Pages web;
    recordings::WithdrawConsent withdraw;
    recordings::Restrictions restrictions;
    recordings::Holds holds;
    recordings::ProposeErasure erasure;
    recordings::Proposals proposals;
    recordings::ReadCertificate certificate;
    recordings::ReadLog log;
    recordings::ServeLog served_log;
    recordings::ReadResidency residency;
    jobs::PurgeRequests purge_requests;
    jobs::ProposeContinue continue_purge;
    jobs::Operate operate;
};

}  // namespace gateway::app
