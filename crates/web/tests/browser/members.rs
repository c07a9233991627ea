//! Two members of a call: the one that answers sends as well, without another negotiation,
//! and they tell each other what they want over their data channel.

use sightline_protocol::{InstanceId, Payload, Signal, TrackState};
use sightline_web::{Description, Direction, Played, RemoteStream, Sample, VideoSink};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{BOTH, PICTURE, capture};
use crate::peers::{Side, Two, agree, set_local, set_remote};
use crate::support::{Devices, SETTLE, throughout, told};
use crate::video::Element;

fn payload(seq: u32) -> Payload {
    let signal = Some(Signal::Media { video: TrackState::On, audio: TrackState::Lost });
    Payload {
        instance: InstanceId(1),
        to_instance: InstanceId(2),
        ack: 7,
        seq: Some(seq),
        signal,
        unread: None,
    }
}

#[wasm_bindgen_test]
async fn both_send_and_nothing_is_negotiated_for_it() {
    let devices = Devices::new();
    let mut two = Two::members().await;
    assert_eq!((two.sender.tracks.len(), two.receiver.tracks.len()), (2, 2));
    let first = capture(BOTH).await.unwrap();
    two.sender.connection.publish(Some(&first));
    two.receiver.until_more_frames(0).await;
    assert_eq!(two.sender.sample().await.frames, 0, "the other one sends nothing yet");

    let second = capture(BOTH).await.unwrap();
    two.receiver.connection.publish(Some(&second));
    two.sender.until_more_frames(0).await;
    // Another camera, or none: nobody has to agree to that.
    let third = capture(PICTURE).await.unwrap();
    two.receiver.connection.publish(Some(&third));
    drop(second);
    let frames = two.sender.sample().await.frames;
    two.sender.until_more_frames(frames + 5).await;
    // Nothing is sent where there is nothing, and again where there is.
    two.receiver.connection.publish(None);
    drop(third);
    let frames = two.sender.until_no_more_frames().await;
    let fourth = capture(PICTURE).await.unwrap();
    two.receiver.connection.publish(Some(&fourth));
    two.sender.until_more_frames(frames + 5).await;
    // Where a browser asks on the answering side, it did so before the first offer came.
    throughout(SETTLE, "they agree", || {
        two.sender.sorted();
        two.receiver.sorted();
        two.sender.needed == 1 && two.receiver.needed <= 1
    })
    .await;
    drop((first, fourth));
    assert_eq!(devices.live(), 0);
}

#[wasm_bindgen_test]
async fn who_is_made_for_an_offer_needs_no_other() {
    let sender = Side::offering(Direction::Both).await;
    let offer = set_local(&sender.connection).await.unwrap();
    let receiver = Side::new();
    receiver.connection.answer_both_ways();
    set_remote(&receiver.connection, &offer).await.unwrap();
    let answer = set_local(&receiver.connection).await.unwrap();
    set_remote(&sender.connection, &answer).await.unwrap();
    let mut two = Two { sender, receiver };
    two.until_connected().await;
    throughout(SETTLE, "they agree", || {
        two.sender.sorted();
        two.sender.needed == 1 && two.receiver.sorted().needed == 0
    })
    .await;
}

#[wasm_bindgen_test]
async fn published_before_there_are_senders() {
    let _devices = Devices::new();
    let mut two = Two { sender: Side::offering(Direction::Both).await, receiver: Side::new() };
    two.receiver.connection.answer_both_ways();
    let media = capture(BOTH).await.unwrap();
    two.receiver.connection.publish(Some(&media));
    agree(&two.sender, &two.receiver).await;
    two.until_connected().await;
    two.sender.until_more_frames(0).await;
}

#[wasm_bindgen_test]
async fn who_only_receives_sends_nothing() {
    let _devices = Devices::new();
    let mut two = Two { sender: Side::offering(Direction::Both).await, receiver: Side::new() };
    let media = capture(PICTURE).await.unwrap();
    two.receiver.connection.publish(Some(&media));
    agree(&two.sender, &two.receiver).await;
    two.until_connected().await;
    assert!(two.sender.sorted().tracks.is_empty());
    assert_eq!(two.sender.sample().await.frames, 0);
}

#[wasm_bindgen_test]
async fn messages_go_both_ways_in_order() {
    let mut two = Two::members().await;
    two.trickle_until("both are open", |two| two.sender.open && two.receiver.open).await;
    for seq in 1..=20 {
        two.sender.connection.send(&payload(seq));
        two.receiver.connection.send(&payload(seq + 100));
    }
    two.trickle_until("all have come", |two| {
        two.sender.messages.len() == 20 && two.receiver.messages.len() == 20
    })
    .await;
    let expected = |from: u32| (from..from + 20).map(payload).collect::<Vec<_>>();
    assert_eq!(two.receiver.messages, expected(1));
    assert_eq!(two.sender.messages, expected(101));
}

#[wasm_bindgen_test]
async fn a_channel_that_is_not_open_loses_what_it_is_given() {
    let mut two = Two::new().await;
    two.sender.connection.send(&payload(1));
    agree(&two.sender, &two.receiver).await;
    two.until_connected().await;
    two.trickle_until("both are open", |two| two.sender.open && two.receiver.open).await;
    two.sender.connection.send(&payload(2));
    two.trickle_until("it has come", |two| !two.receiver.messages.is_empty()).await;
    assert_eq!(two.receiver.messages, [payload(2)]);
    // The other side goes: this one's closes.
    let Two { mut sender, receiver } = two;
    drop(receiver);
    crate::support::until("it is closed", || !sender.sorted().open).await;
    sender.connection.send(&payload(3));
}

#[wasm_bindgen_test]
async fn paths_are_looked_for_anew() {
    let _devices = Devices::new();
    let mut two = Two::members().await;
    let media = capture(PICTURE).await.unwrap();
    two.sender.connection.publish(Some(&media));
    two.until_more_frames(0).await;
    for restarts in 1..=2 {
        two.forget_gathered();
        two.sender.connection.restart_ice();
        two.trickle_until("it asks to negotiate", |two| two.sender.needed == 1 + restarts).await;
        agree(&two.sender, &two.receiver).await;
        two.trickle_until("all paths are found", Two::has_gathered).await;
        two.until_connected().await;
        let frames = two.frames().await;
        two.until_more_frames(frames + 5).await;
    }
    // From the side that answered before, too. That media goes on is not asked for here: on a
    // busy machine Firefox's own two ends don't always find each other again then, for which
    // there is the session's next step.
    let mut names = Vec::new();
    for _ in 0..2 {
        let before = two.receiver.sorted().needed;
        two.forget_gathered();
        two.receiver.connection.restart_ice();
        two.trickle_until("it asks to negotiate", |two| two.receiver.needed == before + 1).await;
        let offer = set_local(&two.receiver.connection).await.unwrap();
        set_remote(&two.sender.connection, &offer).await.unwrap();
        let answer = set_local(&two.sender.connection).await.unwrap();
        set_remote(&two.receiver.connection, &answer).await.unwrap();
        names.extend([ufrag(&offer), ufrag(&answer)]);
        two.trickle_until("all paths are found", Two::has_gathered).await;
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 4, "both ends have a name of their own for each time: {names:?}");
}

/// What a side is called in its connectivity checks (RFC 8839, section 5.4).
fn ufrag(description: &Description) -> String {
    let line = description.sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    line.expect("every description has one").to_owned()
}

#[wasm_bindgen_test]
async fn what_is_received_is_counted() {
    let _devices = Devices::new();
    let two = Two::members().await;
    assert_eq!(two.receiver.sample().await, sightline_web::Sample::default());
    // Chromium measures what is played only.
    let _element = Element::new("heard");
    let stream = RemoteStream::new(|| ()).unwrap();
    two.receiver.tracks.iter().for_each(|track| stream.take(track));
    let sink = VideoSink::find("heard").unwrap();
    let media = capture(BOTH).await.unwrap();
    two.sender.connection.publish(Some(&media));
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    let sample = two
        .receiver
        .until_sample("picture and sound", |sample| sample.frames > 0 && sample.level > 0)
        .await;
    assert!(sample.packets > 0);
    let grows = |later: Sample| later.frames > sample.frames && later.packets > sample.packets;
    two.receiver.until_sample("more", grows).await;
}

#[wasm_bindgen_test]
async fn paths_are_inspected() {
    let mut two = Two::new().await;
    assert_eq!(
        told(|done| two.sender.connection.inspect(done)).await,
        sightline_protocol::Paths::default()
    );
    agree(&two.sender, &two.receiver).await;
    // Its candidates are kept back: nothing can come in here.
    let alone = told(|done| two.sender.connection.inspect(done)).await;
    assert_eq!((alone.heard, alone.answered, alone.working), (0, 0, 0));
    two.until_connected().await;
    for side in [&two.sender, &two.receiver] {
        let paths = told(|done| side.connection.inspect(done)).await;
        assert!(paths.tried > 0 && paths.working > 0, "{paths:?}");
        assert!(paths.answered >= paths.working && paths.tried >= paths.answered, "{paths:?}");
        assert!(!paths.keys_failed);
    }
}
