//! Streams over ways that lose, double and break.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

use proptest::prelude::*;

use super::*;

fn signal(number: u32) -> Signal {
    Signal::ConnectionFailed { attempt: AttemptId(number) }
}

fn connection() -> (ReliableChannel, ReliableChannel) {
    (
        ReliableChannel::new(InstanceId(1), InstanceId(2)),
        ReliableChannel::new(InstanceId(2), InstanceId(1)),
    )
}

fn at(millis: u64) -> Time {
    Duration::from_millis(millis)
}

#[test]
fn a_message_is_taken_once_and_acknowledged() {
    let (mut a, mut b) = connection();
    let first = a.send(at(0), signal(1)).unwrap();
    assert_eq!(b.receive(at(10), first.clone()), Some(signal(1)));
    assert_eq!(b.receive(at(11), first), None, "the same again");
    assert_eq!(b.ack(at(109)), None);
    let ack = b.ack(at(110)).unwrap();
    assert_eq!((ack.ack, ack.seq), (1, None));
    assert_eq!(b.ack(at(1_000)), None, "once");
    assert_eq!(a.receive(at(120), ack), None);
    assert_eq!(a.next_timeout(), None);
    assert!(a.resend(at(120)).is_empty());
}

#[test]
fn an_acknowledgement_goes_with_the_next_message() {
    let (mut a, mut b) = connection();
    let first = a.send(at(0), signal(1)).unwrap();
    b.receive(at(10), first);
    let answer = b.send(at(20), signal(2)).unwrap();
    assert_eq!((answer.ack, answer.seq), (1, Some(1)));
    assert_eq!(b.ack(at(1_000)), None);
    assert_eq!(a.receive(at(30), answer), Some(signal(2)));
    assert!(a.resend(at(30)).is_empty());
}

#[test]
fn what_comes_too_early_waits_to_be_sent_again() {
    let (mut a, mut b) = connection();
    let lost = a.send(at(0), signal(1)).unwrap();
    let second = a.send(at(1), signal(2)).unwrap();
    drop(lost);
    assert_eq!(b.receive(at(2), second), None);
    assert!(!a.must_resend(at(1_999)) && a.must_resend(at(2_000)));
    let again: Vec<_> = a.resend(at(2_000)).into_iter().map(|p| b.receive(at(2_000), p)).collect();
    assert_eq!(again, [Some(signal(1)), Some(signal(2))]);
    assert_eq!(a.next_timeout(), Some(at(4_000)));
    a.resend(at(4_000));
    assert_eq!(a.next_timeout(), Some(at(8_000)), "less and less often");
    a.rest();
    assert_eq!(a.next_timeout(), None);
}

#[test]
fn another_page_is_not_listened_to() {
    let (mut a, _) = connection();
    for (instance, to_instance) in [(3, 1), (2, 9)] {
        let mut stranger = ReliableChannel::new(InstanceId(instance), InstanceId(to_instance));
        let payload = stranger.send(at(0), signal(1)).unwrap();
        assert_eq!(a.receive(at(0), payload), None);
        assert_eq!(a.next_timeout(), None);
    }
}

#[test]
fn an_acknowledgement_of_what_was_never_sent_changes_nothing() {
    let (mut a, b) = connection();
    a.send(at(0), signal(1)).unwrap();
    a.receive(at(0), Payload { ack: 7, ..b.payload(None, None) });
    assert_eq!(a.resend(at(0)).len(), 1);
}

#[test]
fn what_waits_is_bounded() {
    let (mut a, _) = connection();
    for number in 0..MAX_UNACKNOWLEDGED {
        a.send(at(0), signal(u32::try_from(number % 2).unwrap())).unwrap();
    }
    assert!(a.send(at(0), signal(5)).is_err());
    a.withdraw(AttemptId(0));
    assert!(a.send(at(0), signal(0)).is_ok(), "withdrawn messages take no room");
    let sent = a.resend(at(0));
    assert_eq!(sent.len(), MAX_UNACKNOWLEDGED);
    assert_eq!((sent[0].seq, &sent[0].signal), (Some(1), &None), "but keep their numbers");
    for _ in 0..10_000 {
        let _ = a.send(at(0), signal(0));
        a.withdraw(AttemptId(0));
    }
    assert!(a.is_stuck() && a.kept.len() <= MAX_KEPT);
}

/// What happens next on the way from one page to the other.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send,
    Deliver(usize),
    Double(usize),
    Lose(usize),
    Resend,
    Ack,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Send),
        3 => (0_usize..8).prop_map(Step::Deliver),
        1 => (0_usize..8).prop_map(Step::Double),
        1 => (0_usize..8).prop_map(Step::Lose),
        1 => Just(Step::Resend),
        1 => Just(Step::Ack),
    ]
}

proptest! {
    #[test]
    fn everything_arrives_once_and_in_order(steps in prop::collection::vec((any::<bool>(), step()), 1..200)) {
        let (a, b) = connection();
        let mut ends = [a, b];
        let mut ways: [Vec<Payload>; 2] = [Vec::new(), Vec::new()];
        let mut sent = [0_u32; 2];
        let mut taken: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
        let mut now = 0;
        let take = |ends: &mut [ReliableChannel; 2], taken: &mut [Vec<u32>; 2], to: usize, payload, now| {
            if let Some(Signal::ConnectionFailed { attempt }) = ends[to].receive(at(now), payload) {
                taken[to].push(attempt.0);
            }
        };
        for (side, step) in steps {
            now += 50;
            let (from, to) = (usize::from(side), usize::from(!side));
            let way = &mut ways[from];
            match step {
                Step::Send => {
                    if let Ok(payload) = ends[from].send(at(now), signal(sent[from] + 1)) {
                        sent[from] += 1;
                        way.push(payload);
                    }
                }
                Step::Deliver(index) if index < way.len() => {
                    let payload = way.remove(index);
                    take(&mut ends, &mut taken, to, payload, now);
                }
                Step::Double(index) if index < way.len() => {
                    let payload = way[index].clone();
                    take(&mut ends, &mut taken, to, payload, now);
                }
                Step::Lose(index) if index < way.len() => drop(way.remove(index)),
                Step::Resend => way.extend(ends[from].resend(at(now))),
                Step::Ack => way.extend(ends[from].ack(at(now + 100))),
                _ => {}
            }
        }
        // The ways are well from now on.
        for _ in 0..3 {
            for from in [0, 1] {
                now += 1_000;
                let again = ends[from].resend(at(now)).into_iter().chain(ends[from].ack(at(now)));
                for payload in again.collect::<Vec<_>>() {
                    take(&mut ends, &mut taken, 1 - from, payload, now);
                }
            }
        }
        for side in [0, 1] {
            prop_assert_eq!(&taken[1 - side], &(1..=sent[side]).collect::<Vec<_>>());
            prop_assert!(ends[side].kept.is_empty());
        }
    }
}
