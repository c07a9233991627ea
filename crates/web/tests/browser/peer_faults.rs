//! What a peer or a relay makes up does no harm, and a connection that is dropped in the
//! middle of something is closed and silent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use sightline_protocol::Candidate;
use sightline_web::{Description, Direction, PeerConnection, PeerEvent, Sample, SdpKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{PICTURE, capture};
use crate::peers::{Side, Two, agree, server, set_local, set_remote};
use crate::support::{Connections, Devices, SETTLE, sleep, throughout, told, until};

fn candidate(
    line: &str,
    mid: Option<&str>,
    index: Option<u16>,
    fragment: Option<&str>,
) -> Candidate {
    Candidate {
        candidate: line.to_owned(),
        sdp_mid: mid.map(str::to_owned),
        sdp_m_line_index: index,
        username_fragment: fragment.map(str::to_owned),
    }
}

#[wasm_bindgen_test]
async fn bad_descriptions_are_refused() {
    let mut two = Two::new().await;
    let offer = set_local(&two.sender.connection).await.unwrap();
    let half: String = offer.sdp.chars().take(offer.sdp.len() / 2).collect();
    for sdp in [
        "",
        "\0",
        "v=0",
        "no description",
        &"a=x\r\n".repeat(5_000),
        &half.replace("ice-ufrag", "ice-nothing"),
    ] {
        for kind in [SdpKind::Offer, SdpKind::Answer] {
            let description = Description { kind, sdp: sdp.to_owned() };
            let set = set_remote(&two.receiver.connection, &description).await;
            assert!(set.is_err(), "{kind:?} {sdp:.40}");
        }
    }
    // An answer to what was never offered.
    let answer = Description { kind: SdpKind::Answer, ..offer.clone() };
    assert!(set_remote(&two.receiver.connection, &answer).await.is_err());

    // It is as good as before.
    set_remote(&two.receiver.connection, &offer).await.unwrap();
    let answer = set_local(&two.receiver.connection).await.unwrap();
    set_remote(&two.sender.connection, &answer).await.unwrap();
    two.until_connected().await;
}

#[wasm_bindgen_test]
async fn bad_candidates_are_one_path_fewer() {
    let mut two = Two::new().await;
    let real = "candidate:1 1 udp 2122260223 127.0.0.1 9 typ host";
    let long = format!("candidate:{}", "9".repeat(10_000));
    let bad = [
        candidate("", None, None, None),
        candidate("", Some("0"), Some(0), None),
        candidate("nonsense", Some("0"), Some(0), None),
        candidate("candidate:", None, Some(0), None),
        candidate("candidate:1 1 udp x 127.0.0.1 y typ z", Some("0"), None, None),
        candidate(&long, Some("0"), Some(0), None),
        candidate(real, None, None, None),
        candidate(real, Some("of no medium"), None, None),
        candidate(real, None, Some(u16::MAX), None),
        candidate(real, Some("0"), Some(0), Some("of no generation")),
        candidate(real, Some(""), Some(1), Some("")),
        candidate("candidate:1 1 tcp 1 999.1.1.1 70000 typ host", Some("0"), Some(0), None),
        candidate("\0\r\na=x", Some("\0"), Some(0), Some("\r\n")),
    ];
    let add = |side: &Side| bad.iter().for_each(|one| side.connection.add_candidate(one));
    add(&two.receiver);
    agree(&two.sender, &two.receiver).await;
    add(&two.receiver);
    add(&two.sender);
    two.until_connected().await;
    add(&two.receiver);
    let _devices = Devices::new();
    two.sender.connection.publish(Some(&capture(PICTURE).await.unwrap()));
}

#[wasm_bindgen_test]
fn bad_servers_are_refused() {
    for urls in [&["nonsense"][..], &["http://relay.example"], &["stun:"], &[""]] {
        let error = PeerConnection::new(&[server(urls)], |_| {}).expect_err("no address");
        assert!(!error.name.is_empty(), "{urls:?}");
    }
    // A TURN server needs a password, which the protocol has no place for yet.
    assert!(PeerConnection::new(&[server(&["turn:relay.example"])], |_| {}).is_err());
    // Browsers differ about these; neither panics.
    let _ = PeerConnection::new(&[server(&[])], |_| {});
    let _ = PeerConnection::new(&[server(&["stun:relay.example:0"])], |_| {});
}

#[wasm_bindgen_test]
async fn dropped_while_a_description_is_being_set() {
    let connections = Connections::new();
    let other = Side::sending().await;
    let offer = set_local(&other.connection).await.unwrap();
    let reports = Rc::new(Cell::new(0));
    let counter = Rc::clone(&reports);
    let count = move |_: PeerEvent| counter.set(counter.get() + 1);

    let first = PeerConnection::new(&[], count.clone()).unwrap();
    first.prepare_to_send(Direction::Send);
    let local = set_local(&first);
    drop(first);
    let second = PeerConnection::new(&[], count.clone()).unwrap();
    let remote = set_remote(&second, &offer);
    drop(second);
    let third = PeerConnection::new(&[], count).unwrap();
    set_remote(&third, &offer).await.unwrap();
    let before = reports.get();
    let answer = set_local(&third);
    drop(third);

    assert_eq!(connections.open(), 1, "only the other side's is left");
    // Browsers may leave these open for ever, or end them either way.
    for set in [Either::Left(local), Either::Right(answer)] {
        let _ = select(Box::pin(set), sleep(SETTLE)).await;
    }
    let _ = select(Box::pin(remote), sleep(SETTLE)).await;
    throughout(SETTLE, "nothing is reported", || reports.get() == before).await;
}

#[wasm_bindgen_test]
async fn dropped_it_is_silent() {
    let connections = Connections::new();
    let reports = Rc::new(Cell::new(0));
    let counter = Rc::clone(&reports);
    let connection = PeerConnection::new(&[], move |_| counter.set(counter.get() + 1)).unwrap();
    connections.dispatch("negotiationneeded");
    connections.dispatch("connectionstatechange");
    assert_eq!(reports.get(), 2);
    drop(connection);
    for kind in
        ["negotiationneeded", "icecandidate", "icecandidateerror", "connectionstatechange", "track"]
    {
        connections.dispatch(kind);
    }
    throughout(SETTLE, "nothing is reported", || reports.get() == 2).await;
}

#[wasm_bindgen_test]
async fn it_may_be_dropped_by_its_own_report() {
    let connections = Connections::new();
    let held: Rc<RefCell<Option<PeerConnection>>> = Rc::default();
    let (own, reports) = (Rc::clone(&held), Rc::new(Cell::new(0)));
    let counter = Rc::clone(&reports);
    let connection = PeerConnection::new(&[], move |_| {
        counter.set(counter.get() + 1);
        own.take();
    })
    .unwrap();
    connection.prepare_to_send(Direction::Send);
    *held.borrow_mut() = Some(connection);
    until("it is closed", || connections.open() == 0).await;
    throughout(SETTLE, "told once", || reports.get() == 1).await;
}

#[wasm_bindgen_test]
async fn what_is_asked_of_a_closed_one_comes_to_nothing() {
    let _devices = Devices::new();
    let media = capture(PICTURE).await.unwrap();
    let two = Two::connected().await;
    let frames = told(|done| two.receiver.connection.sample(done));
    two.sender.connection.publish(Some(&media));
    two.sender.connection.add_candidate(&candidate("candidate:1", Some("0"), Some(0), None));
    drop(two);
    let _ = select(Box::pin(frames), sleep(Duration::from_secs(1))).await;
}

#[wasm_bindgen_test]
async fn the_other_side_may_vanish_at_any_time() {
    let mut two = Two::connected().await;
    two.receiver = Side::new();
    // It notices by itself, or not for a while; what it is asked is no error.
    let media = capture(PICTURE).await.unwrap();
    two.sender.connection.publish(Some(&media));
    assert!(set_local(&two.sender.connection).await.is_ok());
    assert_eq!(told(|done| two.sender.connection.sample(done)).await, Some(Sample::default()));
}
