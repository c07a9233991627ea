//! Offers, answers and candidates in every order, also the ones that nobody planned.

use sightline_protocol::limits::MAX_CANDIDATES;

use super::*;
use Input::{
    Answer, Candidate as Cand, LocalFails, LocalSet, Needed, Offer, RemoteFails, RemoteSet,
};

const POLITE: bool = true;
const IMPOLITE: bool = false;

/// One thing that happens to a negotiation.
#[derive(Clone, Copy, Debug)]
enum Input {
    Needed,
    /// From the other side.
    Offer(u32, &'static str),
    Answer(u32, &'static str),
    Candidate(&'static str),
    /// From the browser.
    LocalSet(DescriptionKind, &'static str),
    LocalFails,
    RemoteSet,
    RemoteFails,
}

/// What happens, and what it makes the negotiation want.
type Step<'a> = (Input, &'a [&'a str]);

const OFFER: DescriptionKind = DescriptionKind::Offer;
const ANSWER: DescriptionKind = DescriptionKind::Answer;

fn candidate(line: &str) -> Candidate {
    Candidate {
        candidate: line.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

fn feed(negotiation: &mut Negotiation, input: Input) {
    match input {
        Needed => negotiation.needed(),
        Offer(round, sdp) => negotiation.offer(round, sdp.to_owned()),
        Answer(round, sdp) => negotiation.answer(round, sdp.to_owned()),
        Cand(line) => negotiation.candidate(candidate(line)),
        LocalSet(kind, sdp) => {
            negotiation.local_set(Ok(Description { kind, sdp: sdp.to_owned() }));
        }
        LocalFails => negotiation.local_set(Err(SetFailed)),
        RemoteSet => negotiation.remote_set(Ok(())),
        RemoteFails => negotiation.remote_set(Err(SetFailed)),
    }
}

/// Actions as short texts: `set local`, `set offer A`, `add c1`, `send offer 1 A`.
fn actions(negotiation: &mut Negotiation) -> Vec<String> {
    let kind = |kind| if kind == OFFER { "offer" } else { "answer" };
    std::iter::from_fn(|| negotiation.poll())
        .map(|action| match action {
            Action::SetLocal => "set local".to_owned(),
            Action::SetRemote(it) => format!("set {} {}", kind(it.kind), it.sdp),
            Action::AddCandidate(it) => format!("add {}", it.candidate),
            Action::Send { round, description: it } => {
                format!("send {} {round} {}", kind(it.kind), it.sdp)
            }
            Action::GiveUp => "give up".to_owned(),
        })
        .collect()
}

/// Feeds each input and compares what it makes the negotiation want.
fn check(what: &str, polite: bool, script: &[Step<'_>]) -> Negotiation {
    let mut negotiation = Negotiation::new(polite);
    for (step, (input, expected)) in script.iter().enumerate() {
        feed(&mut negotiation, *input);
        assert_eq!(actions(&mut negotiation), *expected, "{what}, step {step}: {input:?}");
    }
    negotiation
}

/// The impolite side's first offer and its answer.
const FIRST_OUT: [Step<'_>; 4] = [
    (Needed, &["set local"]),
    (LocalSet(OFFER, "A"), &["send offer 1 A"]),
    (Answer(1, "B"), &["set answer B"]),
    (RemoteSet, &[]),
];

/// The same, seen from the polite side.
const FIRST_IN: [Step<'_>; 3] = [
    (Offer(1, "A"), &["set offer A"]),
    (RemoteSet, &["set local"]),
    (LocalSet(ANSWER, "B"), &["send answer 1 B"]),
];

fn after<'a>(first: &[Step<'a>], then: &[Step<'a>]) -> Vec<Step<'a>> {
    [first, then].concat()
}

#[test]
fn one_after_the_other() {
    for polite in [POLITE, IMPOLITE] {
        check("an offer and its answer", polite, &FIRST_OUT);
        check("answering", polite, &FIRST_IN);
    }
    let back = [
        (Needed, &["set local"] as &[&str]),
        (LocalSet(OFFER, "C"), &["send offer 2 C"]),
        (Answer(2, "D"), &["set answer D"]),
        (RemoteSet, &[]),
        (Offer(3, "E"), &["set offer E"]),
        (RemoteSet, &["set local"]),
        (LocalSet(ANSWER, "F"), &["send answer 3 F"]),
    ];
    check("a round goes beyond all that were seen", POLITE, &after(&FIRST_IN, &back));
    check("whoever began", IMPOLITE, &after(&FIRST_OUT, &back));
}

#[test]
fn glare() {
    let crossing =
        [(Needed, &["set local"] as &[&str]), (LocalSet(OFFER, "A"), &["send offer 1 A"])];
    check(
        "the impolite side ignores the other's offer, for good",
        IMPOLITE,
        &after(
            &crossing,
            &[
                (Offer(1, "X"), &[]),
                (Answer(1, "B"), &["set answer B"]),
                (RemoteSet, &[]),
                (Offer(1, "X"), &[]),
                (Offer(2, "Y"), &["set offer Y"]),
            ],
        ),
    );
    check(
        "the polite side withdraws its own, and offers again when asked to",
        POLITE,
        &after(
            &crossing,
            &[
                (Offer(1, "X"), &["set offer X"]),
                (Answer(1, "late"), &[]),
                (RemoteSet, &["set local"]),
                (Needed, &[]),
                (LocalSet(ANSWER, "Y"), &["send answer 1 Y", "set local"]),
                (LocalSet(OFFER, "Z"), &["send offer 2 Z"]),
            ],
        ),
    );
    for (polite, then) in
        [(POLITE, &["send offer 1 A", "set offer X"] as &[&str]), (IMPOLITE, &["send offer 1 A"])]
    {
        check(
            "an offer that comes while ours is being made",
            polite,
            &[(Needed, &["set local"]), (Offer(1, "X"), &[]), (LocalSet(OFFER, "A"), then)],
        );
    }
}

#[test]
fn an_offer_while_an_answer_is_being_set_is_no_glare() {
    for polite in [POLITE, IMPOLITE] {
        check(
            "the state counts as stable",
            polite,
            &[
                (Needed, &["set local"]),
                (LocalSet(OFFER, "A"), &["send offer 1 A"]),
                (Answer(1, "B"), &["set answer B"]),
                (Offer(2, "C"), &[]),
                (RemoteSet, &["set offer C"]),
            ],
        );
    }
}

/// A stream between two pages sees to it that messages arrive once and in order; a peer that
/// doesn't keep to that confuses nobody.
#[test]
fn what_comes_again_or_too_early_changes_nothing() {
    for polite in [POLITE, IMPOLITE] {
        check(
            "an offer from beyond ours, while ours has no answer",
            polite,
            &[
                (Needed, &["set local"]),
                (LocalSet(OFFER, "A"), &["send offer 1 A"]),
                (Offer(2, "C"), &[]),
                (Answer(1, "B"), &["set answer B"]),
                (RemoteSet, &[]),
                (Offer(2, "C"), &["set offer C"]),
            ],
        );
        check(
            "the offer that ours went beyond",
            polite,
            &after(
                &FIRST_IN,
                &[
                    (Needed, &["set local"]),
                    (LocalSet(OFFER, "C"), &["send offer 2 C"]),
                    (Offer(1, "A"), &[]),
                    (Answer(2, "D"), &["set answer D"]),
                ],
            ),
        );
        check(
            "an answer",
            polite,
            &after(&FIRST_OUT, &[(Answer(1, "B"), &[]), (Answer(7, "X"), &[])]),
        );
        check(
            "an answer, while it is being set",
            polite,
            &[
                (Needed, &["set local"]),
                (LocalSet(OFFER, "A"), &["send offer 1 A"]),
                (Answer(1, "B"), &["set answer B"]),
                (Answer(1, "B"), &[]),
                (RemoteSet, &[]),
            ],
        );
        check(
            "an offer that was answered",
            polite,
            &after(&FIRST_IN, &[(Offer(1, "A"), &[]), (Offer(0, "X"), &[])]),
        );
        check(
            "an offer, while it is being answered",
            polite,
            &[
                (Offer(1, "A"), &["set offer A"]),
                (Offer(1, "A"), &[]),
                (RemoteSet, &["set local"]),
                (Offer(1, "A"), &[]),
                (LocalSet(ANSWER, "B"), &["send answer 1 B"]),
            ],
        );
    }
    check("an answer to nothing", POLITE, &[(Answer(1, "B"), &[]), (Answer(0, "B"), &[])]);
}

#[test]
fn early_candidates_wait_and_keep_their_order() {
    check(
        "until the offer is set",
        POLITE,
        &[
            (Cand("c1"), &[]),
            (Offer(1, "A"), &["set offer A"]),
            (Cand("c2"), &[]),
            (RemoteSet, &["add c1", "set local"]),
            (Cand("c3"), &[]),
            (LocalSet(ANSWER, "B"), &["send answer 1 B", "add c2", "add c3"]),
            (Cand(""), &["add "]),
        ],
    );
    check(
        "until the answer is set",
        IMPOLITE,
        &[
            (Needed, &["set local"]),
            (LocalSet(OFFER, "A"), &["send offer 1 A"]),
            (Cand("c1"), &[]),
            (Answer(1, "B"), &["set answer B"]),
            (RemoteSet, &["add c1"]),
            (Cand("c2"), &["add c2"]),
        ],
    );
}

#[test]
fn needed_is_remembered_and_made_once() {
    check(
        "while an offer is out",
        IMPOLITE,
        &[
            (Needed, &["set local"]),
            (LocalSet(OFFER, "A"), &["send offer 1 A"]),
            (Needed, &[]),
            (Needed, &[]),
            (Answer(1, "B"), &["set answer B"]),
            (RemoteSet, &["set local"]),
            (LocalSet(OFFER, "C"), &["send offer 2 C"]),
        ],
    );
    check(
        "while answering",
        POLITE,
        &[
            (Offer(1, "A"), &["set offer A"]),
            (Needed, &[]),
            (RemoteSet, &["set local"]),
            (LocalSet(ANSWER, "B"), &["send answer 1 B", "set local"]),
        ],
    );
}

#[test]
fn a_refused_description_ends_the_attempt() {
    let cases: [(&str, &[Step<'_>]); 6] = [
        ("an offer can't be made", &[(Needed, &["set local"]), (LocalFails, &["give up"])]),
        ("an offer is refused", &[(Offer(1, "A"), &["set offer A"]), (RemoteFails, &["give up"])]),
        (
            "an answer can't be made",
            &[
                (Offer(1, "A"), &["set offer A"]),
                (RemoteSet, &["set local"]),
                (LocalFails, &["give up"]),
            ],
        ),
        (
            "an answer is refused",
            &[
                (Needed, &["set local"]),
                (LocalSet(OFFER, "A"), &["send offer 1 A"]),
                (Answer(1, "B"), &["set answer B"]),
                (Cand("c"), &[]),
                (RemoteFails, &["give up"]),
            ],
        ),
        (
            "an answer is made where an offer was wanted",
            &[(Needed, &["set local"]), (LocalSet(ANSWER, "A"), &["give up"])],
        ),
        ("something is done that nobody asked for", &[(RemoteSet, &["give up"])]),
    ];
    for (what, script) in cases {
        for polite in [POLITE, IMPOLITE] {
            check(what, polite, script);
        }
    }
}

#[test]
fn what_waits_is_bounded() {
    let mut negotiation = check("busy", POLITE, &[(Offer(1, "A"), &["set offer A"])]);
    for _ in 0..10 * MAX_INBOX {
        feed(&mut negotiation, Cand("c"));
    }
    assert_eq!(negotiation.inbox.len(), MAX_INBOX);
    assert_eq!(actions(&mut negotiation), [""; 0]);

    let mut negotiation = Negotiation::new(POLITE);
    for _ in 0..10 * MAX_INBOX {
        feed(&mut negotiation, Cand("c"));
    }
    assert_eq!(negotiation.early.len(), MAX_CANDIDATES);
}

/// A round that was used or taken is never used again, also where there is no higher one: the
/// attempt is given up, and the next one begins at 1.
#[test]
fn after_the_last_round_the_attempt_is_given_up() {
    for polite in [POLITE, IMPOLITE] {
        check(
            "after taking it",
            polite,
            &[
                (Offer(u32::MAX, "A"), &["set offer A"]),
                (RemoteSet, &["set local"]),
                (LocalSet(ANSWER, "B"), &["send answer 4294967295 B"]),
                (Needed, &["set local"]),
                (LocalSet(OFFER, "C"), &["give up"]),
            ],
        );
        check(
            "after using it",
            polite,
            &[
                (Offer(u32::MAX - 1, "A"), &["set offer A"]),
                (RemoteSet, &["set local"]),
                (LocalSet(ANSWER, "B"), &["send answer 4294967294 B"]),
                (Needed, &["set local"]),
                (LocalSet(OFFER, "C"), &["send offer 4294967295 C"]),
                (Answer(u32::MAX, "D"), &["set answer D"]),
                (RemoteSet, &[]),
                (Needed, &["set local"]),
                (LocalSet(OFFER, "E"), &["give up"]),
            ],
        );
    }
}

/// A negotiation whose first offer was answered.
fn agreed() -> Negotiation {
    check(
        "agreed",
        IMPOLITE,
        &[
            (Needed, &["set local"]),
            (LocalSet(OFFER, "a=ice-ufrag:one\n1"), &["send offer 1 a=ice-ufrag:one\n1"]),
            (Answer(1, "A"), &["set answer A"]),
            (RemoteSet, &[]),
        ],
    )
}

#[test]
fn an_answer_is_applied_once_more_without_a_word_to_the_other_side() {
    let mut negotiation = agreed();
    negotiation.refresh();
    assert!(negotiation.is_refreshing());
    assert_eq!(actions(&mut negotiation), ["set local"]);
    // What comes meanwhile waits.
    feed(&mut negotiation, Offer(2, "B"));
    feed(&mut negotiation, Needed);
    feed(&mut negotiation, LocalSet(OFFER, "a=ice-ufrag:one\n2"));
    assert_eq!(actions(&mut negotiation), ["set answer A"]);
    feed(&mut negotiation, RemoteSet);
    assert!(!negotiation.is_refreshing());
    assert_eq!(actions(&mut negotiation), ["set offer B"]);
}

#[test]
fn an_answer_is_not_applied_once_more_while_something_is_under_way() {
    let mut none = Negotiation::new(IMPOLITE);
    none.refresh();
    assert_eq!(actions(&mut none), [""; 0]);
    let mut negotiation = agreed();
    feed(&mut negotiation, Needed);
    assert_eq!(actions(&mut negotiation), ["set local"]);
    negotiation.refresh();
    assert_eq!(actions(&mut negotiation), [""; 0]);
    // The last description of the other side is an offer.
    let mut answering = agreed();
    feed(&mut answering, Offer(2, "B"));
    feed(&mut answering, RemoteSet);
    feed(&mut answering, LocalSet(ANSWER, "C"));
    actions(&mut answering);
    answering.refresh();
    assert_eq!(actions(&mut answering), [""; 0]);
}

#[test]
fn an_offer_that_restarts_ice_is_told_to_the_other_side() {
    let mut negotiation = agreed();
    negotiation.refresh();
    actions(&mut negotiation);
    feed(&mut negotiation, LocalSet(OFFER, "a=ice-ufrag:two\n2"));
    assert_eq!(actions(&mut negotiation), ["send offer 2 a=ice-ufrag:two\n2"]);
    feed(&mut negotiation, Answer(2, "B"));
    assert_eq!(actions(&mut negotiation), ["set answer B"]);
}

#[test]
fn a_refresh_that_the_browser_refuses_fails_and_is_known() {
    let mut negotiation = agreed();
    negotiation.refresh();
    feed(&mut negotiation, LocalSet(OFFER, "a=ice-ufrag:one\n2"));
    actions(&mut negotiation);
    feed(&mut negotiation, RemoteFails);
    assert_eq!(actions(&mut negotiation), ["give up"]);
    assert!(negotiation.is_refreshing());
}
