//! How the wire spells what the ledger knows, and back. Spellings are exact unless it says otherwise.

use crate::limits::END_SECONDS_MAX;
use ledger::{
    Attachment, Charge, End, HostState, MatchCriteria, Moment, PeriodUnit, Phase, Platform, RenewalStatus, Reservation,
    State,
};
use rpc::time::{Precision, format};

/// `Open` or `Target`.
pub fn read_matching(text: &str) -> Option<MatchCriteria> {
    [MatchCriteria::Open, MatchCriteria::Target].into_iter().find(|it| matching(*it) == text)
}

/// The wire's word.
pub const fn matching(criteria: MatchCriteria) -> &'static str {
    match criteria {
        MatchCriteria::Open => "Open",
        MatchCriteria::Target => "Target",
    }
}

/// `Linux` or `Windows` in any letter case: some clients send small letters.
pub fn read_platform(text: &str) -> Option<Platform> {
    [Platform::Linux, Platform::Windows].into_iter().find(|it| platform(*it).eq_ignore_ascii_case(text))
}

/// The wire's word in answers, in small letters.
pub const fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
    }
}

/// The wire's status.
pub const fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepared => "Prepared",
        Phase::Active => "Active",
        Phase::Released { .. } => "Released",
    }
}

/// `Limited` or `Unlimited`.
pub const fn end_type(end: End) -> &'static str {
    match end {
        End::At(_) => "Limited",
        End::ByHand => "Unlimited",
    }
}

/// A moment as answers show it, in minutes.
pub fn minutes(moment: Moment) -> String {
    format(moment.0, Precision::Minutes)
}

/// An end as answers show it; one by hand as a day far away.
pub fn end_time(end: End) -> String {
    minutes(match end {
        End::At(moment) => moment,
        End::ByHand => Moment(END_SECONDS_MAX),
    })
}

/// How answers of ours call a host's state.
pub const fn host_state(state: HostState) -> &'static str {
    match state {
        HostState::InService => "InService",
        HostState::Draining => "Draining",
        HostState::Failed => "Failed",
    }
}

/// A host's state by its word.
pub fn read_host_state(text: &str) -> Option<HostState> {
    [HostState::InService, HostState::Draining, HostState::Failed].into_iter().find(|it| host_state(*it) == text)
}

/// `Now` for what began when it was made, else `Later`.
pub fn start_type(reservation: &Reservation) -> &'static str {
    if reservation.starts == reservation.made { "Now" } else { "Later" }
}

/// The wire's word for how something is paid.
pub const fn charge(charge: Charge) -> &'static str {
    match charge {
        Charge::PostPaid => "PostPaid",
        Charge::PrePaid => "PrePaid",
    }
}

/// The wire's word for what an instance is doing. It never stays in between: what is asked for has been done when it is
/// answered.
pub const fn state(state: &State) -> &'static str {
    match state {
        State::Running(_) => "Running",
        State::Stopped(_) | State::Parked { .. } => "Stopped",
    }
}

/// Whether a stopped instance keeps its place.
pub const fn stopped_mode(state: &State) -> &'static str {
    match state {
        State::Running(_) => "Not-applicable",
        State::Stopped(_) => "KeepCharging",
        State::Parked { .. } => "StopCharging",
    }
}

/// The mode in which an instance uses reservations.
pub const fn attachment(attachment: Attachment) -> &'static str {
    match attachment {
        Attachment::None => "None",
        Attachment::Open => "Open",
        Attachment::Target(_) => "Target",
    }
}

/// In what a period is counted.
pub const fn period_unit(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::Day => "Day",
        PeriodUnit::Week => "Weekly",
        PeriodUnit::Month => "Month",
        PeriodUnit::Year => "Year",
    }
}

/// What happens when a period is over.
pub const fn renewal_status(status: RenewalStatus) -> &'static str {
    match status {
        RenewalStatus::Auto => "AutoRenewal",
        RenewalStatus::Normal => "Normal",
        RenewalStatus::Never => "NotRenewal",
    }
}

/// What is to happen, by its word.
pub fn read_renewal_status(text: &str) -> Option<RenewalStatus> {
    [RenewalStatus::Auto, RenewalStatus::Normal, RenewalStatus::Never]
        .into_iter()
        .find(|it| renewal_status(*it) == text)
}
