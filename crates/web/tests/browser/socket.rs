//! The socket reports what happens to it in order and nothing once it is dropped,
//! whatever comes in; what can't be reached is closed, never open.

use std::cell::RefCell;
use std::rc::Rc;

use sightline_protocol::{ClientMessage, RelayMessage};
use sightline_web::{Location, ScriptError, Socket, SocketEvent};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{SETTLE, Sockets, State, throughout, until};

type Event = SocketEvent;
type Reports = Rc<RefCell<Vec<Event>>>;

const PING: ClientMessage = ClientMessage::Ping;
const LEAVE: ClientMessage = ClientMessage::Leave { keep_seat: false };
const PONG: Event = SocketEvent::Message(RelayMessage::Pong);
const URL: &str = "ws://relay.example/ws";

fn open(url: &str, protocol: Option<&str>) -> Result<(Socket, Reports), ScriptError> {
    let reports = Reports::default();
    let kept = Rc::clone(&reports);
    let socket = Socket::open(url, protocol, move |event| kept.borrow_mut().push(event))?;
    Ok((socket, reports))
}

async fn opened(sockets: &Sockets) -> (Socket, Reports) {
    let (socket, reports) = open(URL, Some("sightline.v1")).unwrap();
    assert!(reports.borrow().is_empty(), "nothing is reported before it returns");
    sockets.open(sockets.made() - 1);
    until("it is open", || *reports.borrow() == [SocketEvent::Opened]).await;
    reports.borrow_mut().clear();
    (socket, reports)
}

#[wasm_bindgen_test]
async fn what_cannot_be_reached_is_closed() {
    // The browser's own sockets, whatever a test that failed has left.
    drop(Sockets::new());
    // Nobody listens; a server that knows no WebSockets.
    let page = Location::current().socket_url("/ws");
    for url in ["ws://127.0.0.1:65533/ws", &page] {
        let (_socket, reports) = open(url, Some("sightline.v1")).unwrap();
        until("it is closed", || !reports.borrow().is_empty()).await;
        throughout(SETTLE, url, || *reports.borrow() == [SocketEvent::Closed { code: 1006 }]).await;
    }
}

#[wasm_bindgen_test]
fn what_is_no_address_is_an_error() {
    drop(Sockets::new());
    for (url, protocol) in [
        ("ws://[/", None),
        ("ftp://relay.example/", None),
        ("ws://relay.example/#part", None),
        ("ws://relay.example:99999/", None),
        (URL, Some("two words")),
        (URL, Some("")),
    ] {
        let error = open(url, protocol).map(drop).expect_err(url);
        assert_eq!(error.name, "SyntaxError", "{url} {protocol:?}");
    }
}

#[wasm_bindgen_test]
async fn it_asks_for_the_sub_protocol() {
    let sockets = Sockets::new();
    let _plain = open(URL, None).unwrap();
    let _named = open(URL, Some("sightline.v1")).unwrap();
    assert_eq!(sockets.url(0), URL);
    assert_eq!([sockets.protocol(0), sockets.protocol(1)], ["", "sightline.v1"]);
}

#[wasm_bindgen_test]
async fn what_comes_is_reported_in_order() {
    let sockets = Sockets::new();
    let (_socket, reports) = opened(&sockets).await;
    sockets.say(0, r#"{"type":"pong"}"#);
    sockets.say(0, "no JSON");
    sockets.say(0, "");
    sockets.say(0, r#"{"type":"of tomorrow"}"#);
    sockets.say_bytes(0);
    sockets.say(0, r#"{"type":"pong"}"#);
    sockets.end(0, 4409);
    until("it is closed", || reports.borrow().len() >= 7).await;
    let garbage = || SocketEvent::Malformed;
    let closed = SocketEvent::Closed { code: 4409 };
    let expected = [PONG, garbage(), garbage(), garbage(), garbage(), PONG, closed];
    throughout(SETTLE, "nothing comes after", || *reports.borrow() == expected).await;
}

#[wasm_bindgen_test]
async fn what_is_sent_goes_out_in_order() {
    let sockets = Sockets::new();
    let (socket, _reports) = opened(&sockets).await;
    for _ in 0..3 {
        socket.send(&PING);
    }
    socket.send(&LEAVE);
    let mut sent = Vec::new();
    until("all is sent", || {
        sent.extend(sockets.take_sent(0));
        sent.len() >= 4
    })
    .await;
    let ping = r#"{"type":"ping"}"#;
    assert_eq!(sent, [ping, ping, ping, r#"{"type":"leave"}"#]);
}

#[wasm_bindgen_test]
async fn a_goodbye_still_goes_out() {
    let sockets = Sockets::new();
    let (socket, reports) = opened(&sockets).await;
    socket.send(&LEAVE);
    drop(socket);
    until("it is closed", || sockets.open_ones() == 0).await;
    assert_eq!(sockets.take_sent(0), [r#"{"type":"leave"}"#]);
    throughout(SETTLE, "nothing is reported", || reports.borrow().is_empty()).await;
}

#[wasm_bindgen_test]
async fn dropped_it_reports_nothing_and_closes() {
    let sockets = Sockets::new();
    let (socket, reports) = opened(&sockets).await;
    drop(socket);
    sockets.say(0, r#"{"type":"pong"}"#);
    until("it is closed", || sockets.open_ones() == 0).await;
    throughout(SETTLE, "nothing is reported", || reports.borrow().is_empty()).await;
}

#[wasm_bindgen_test]
async fn dropped_before_it_is_open() {
    let sockets = Sockets::new();
    let (socket, reports) = open(URL, None).unwrap();
    drop(socket);
    until("it is closed", || sockets.state(0) != State::Connecting).await;
    sockets.open(0);
    throughout(SETTLE, "nothing is reported", || reports.borrow().is_empty()).await;
    assert_eq!(sockets.open_ones(), 0);

    // And at the very moment.
    let (socket, reports) = open(URL, None).unwrap();
    sockets.open(1);
    drop(socket);
    assert_eq!(reports.take(), [SocketEvent::Opened]);
    until("it is closed", || sockets.open_ones() == 0).await;
    throughout(SETTLE, "nothing is reported", || reports.borrow().is_empty()).await;
}

#[wasm_bindgen_test]
async fn it_may_be_dropped_by_its_own_report() {
    let sockets = Sockets::new();
    let held: Rc<RefCell<Option<Socket>>> = Rc::default();
    let reports = Reports::default();
    let (own, kept) = (Rc::clone(&held), Rc::clone(&reports));
    let socket = Socket::open(URL, None, move |event: Event| {
        kept.borrow_mut().push(event);
        own.take();
    });
    *held.borrow_mut() = socket.ok();
    sockets.open(0);
    sockets.say(0, r#"{"type":"pong"}"#);
    until("it is closed", || sockets.open_ones() == 0).await;
    throughout(SETTLE, "told once", || *reports.borrow() == [SocketEvent::Opened]).await;
}

#[wasm_bindgen_test]
async fn what_is_sent_early_waits_and_what_is_sent_late_is_lost() {
    let sockets = Sockets::new();
    let (socket, reports) = open(URL, None).unwrap();
    socket.send(&PING);
    socket.send(&LEAVE);
    throughout(SETTLE, "it waits", || sockets.state(0) == State::Connecting).await;
    sockets.open(0);
    until("it is open", || !reports.borrow().is_empty()).await;
    let mut sent = Vec::new();
    until("all is sent", || {
        sent.extend(sockets.take_sent(0));
        sent.len() >= 2
    })
    .await;
    assert_eq!(sent, [r#"{"type":"ping"}"#, r#"{"type":"leave"}"#]);

    sockets.end(0, 1012);
    let closed = [SocketEvent::Opened, SocketEvent::Closed { code: 1012 }];
    until("it is closed", || *reports.borrow() == closed).await;
    socket.send(&PING);
    throughout(SETTLE, "nothing happens", || *reports.borrow() == closed).await;
}
