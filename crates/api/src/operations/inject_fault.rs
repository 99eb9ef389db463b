//! InjectFault: from now on requests to a server for development meet a fault, a late answer or the end of their
//! connection, some or all of them, before or after what they ask for is done.

use crate::development::{self, Order};
use crate::injection::{Rule, Strike, Told};
use crate::limits::{
    DELAY_MILLISECONDS, FAULT_CODE_CHARS, FAULT_MESSAGE_CHARS, FAULT_STATUS, FAULTS_MAX, FAULTS_MET, PROBABILITY,
};
use crate::operations::{EXTENSION, TABLE, find};
use crate::{Context, Draft, Operation, Param, Resource, Row, Scope};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::integer;
use std::ops::RangeInclusive;

const ACTION: &str = "ActionName";
const CODE: &str = "Code";
const MESSAGE: &str = "Message";
const STATUS: &str = "HttpStatus";
const CUT: &str = "Cut";
const WHEN: &str = "When";
const DELAY: &str = "DelayMilliseconds";
const CHANCE: &str = "Probability";
const SEED: &str = "Seed";
const COUNT: &str = "Count";

const NOTHING: Fault = Fault::new(400, "MissingCode", "Code, Cut or DelayMilliseconds is mandatory for this action.");
const MISSING_MESSAGE: Fault =
    Fault::new(400, "MissingMessage", "Message is mandatory with a Code that Berth itself does not send.");
const MISSING_STATUS: Fault =
    Fault::new(400, "MissingHttpStatus", "HttpStatus is mandatory with a Code that Berth itself does not send.");
const TOO_MANY: Fault = Fault::new(403, "QuotaExceed.Faults", "There are as many injected faults as there can be.");

/// The operation.
pub struct InjectFault;

impl Operation<Order> for InjectFault {
    const NAME: &'static str = "InjectFault";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::optional(ACTION),
        Param::optional(CODE),
        Param::optional(MESSAGE),
        Param::optional(STATUS),
        Param::optional(CUT),
        Param::optional(WHEN),
        Param::optional(DELAY),
        Param::optional(CHANCE),
        Param::optional(SEED),
        Param::optional(COUNT),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, NOTHING, MISSING_MESSAGE, MISSING_STATUS, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let row = params.text(ACTION).map(|name| met(name).ok_or_else(|| invalid(ACTION))).transpose()?;
        let after = match params.text(WHEN) {
            None | Some("Before") => false,
            Some("After") => true,
            Some(_) => return Err(invalid(WHEN)),
        };
        let delay = number(params, DELAY, DELAY_MILLISECONDS)?.unwrap_or_default();
        let probability = number(params, CHANCE, PROBABILITY)?.unwrap_or(*PROBABILITY.end());
        let seed = number(params, SEED, 0..=i64::MAX)?.unwrap_or_default();
        let count = number(params, COUNT, FAULTS_MET)?;
        let told = told(params, row, delay > 0)?;
        if development::state(context)?.rules.len() >= FAULTS_MAX {
            return Err(TOO_MANY);
        }
        let strike = Strike { told, after, delay_milliseconds: delay.unsigned_abs() };
        let rule = Rule {
            action: row.map(|row| row.name),
            strike,
            probability: u32::try_from(probability).unwrap_or_default(),
            seed: seed.unsigned_abs(),
            count: count.and_then(|count| u32::try_from(count).ok()),
            seen: 0,
            place: 0,
            met: 0,
            number: 0,
        };
        Ok(Draft { entries: vec![Order::Inject(Box::new(rule))], body: Body::new() })
    }
}

/// An operation whose requests can meet a fault.
pub(super) fn met(name: &str) -> Option<&'static Row> {
    find(name).filter(|row| !row.development)
}

fn invalid(name: &str) -> Fault {
    common::INVALID_PARAMETER.because(name)
}

fn number(params: &Params, name: &str, within: RangeInclusive<i64>) -> Result<Option<i64>, Fault> {
    let read = |text| integer(text).filter(|number| within.contains(number)).ok_or_else(|| invalid(name));
    params.text(name).map(read).transpose()
}

/// What is to be told. What a fault that Berth sends is told with need not be given.
fn told(params: &Params, row: Option<&Row>, late: bool) -> Result<Told, Fault> {
    let cut = development::flag(params, CUT)?.unwrap_or(false);
    let code = params.text(CODE).map(|code| Some(code).filter(|code| is_code(code)).ok_or_else(|| invalid(CODE)));
    let code = code.transpose()?;
    let legal = |text: &&str| FAULT_MESSAGE_CHARS.contains(&text.chars().count()) && !text.contains(char::is_control);
    let message = params.text(MESSAGE).map(|text| Some(text).filter(legal).ok_or_else(|| invalid(MESSAGE)));
    let (message, status) = (message.transpose()?, number(params, STATUS, FAULT_STATUS)?);
    let Some(code) = code else {
        return match (cut, late) {
            _ if message.is_some() => Err(invalid(MESSAGE)),
            _ if status.is_some() => Err(invalid(STATUS)),
            (true, _) => Ok(Told::Cut),
            (false, true) => Ok(Told::Late),
            (false, false) => Err(NOTHING),
        };
    };
    if cut {
        return Err(invalid(CUT));
    }
    let known = known(code, row);
    let message = message.map(Box::from).or_else(|| known.map(|fault| fault.message.as_ref().into()));
    let status = status.and_then(|status| u16::try_from(status).ok()).or_else(|| known.map(|fault| fault.status));
    let message = message.ok_or(MISSING_MESSAGE)?;
    Ok(Told::Fault { status: status.ok_or(MISSING_STATUS)?, code: code.into(), message })
}

/// Letters, digits, `.`, `_` and `-`, the first a letter.
fn is_code(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let begins = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    FAULT_CODE_CHARS.contains(&text.len()) && begins && text.bytes().all(inner)
}

/// The fault of this code as this operation sends it, or any request meets it, or another operation sends it.
fn known(code: &str, row: Option<&Row>) -> Option<&'static Fault> {
    let of = |row: &'static Row| {
        let absent = row.params.iter().flat_map(|param| param.absent.iter().chain(&param.empty));
        absent.chain(row.faults).chain([&row.unknown_region])
    };
    let own = TABLE.iter().filter(move |each| row.is_some_and(|row| row.name == each.name)).flat_map(of);
    own.chain(common::ALL).chain(TABLE.iter().flat_map(of)).find(|fault| fault.code == code)
}
