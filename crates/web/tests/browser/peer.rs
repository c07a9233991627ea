//! Two peer connections find each other, candidates trickled; nothing flows before
//! something is published, and what flows is shown.

use sightline_web::{Description, Played, RemoteStream, SdpKind, VideoSink};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{BOTH, PICTURE, capture};
use crate::peers::{Side, Two, agree, set_local, set_remote};
use crate::support::{Connections, Devices, SETTLE, throughout, told, until};
use crate::video::Element;

#[wasm_bindgen_test]
async fn they_connect_before_there_is_anything_to_send() {
    let connections = Connections::new();
    let mut two = Two::connected().await;
    assert_eq!(two.receiver.tracks.len(), 2, "picture and sound are announced");
    for _ in 0..5 {
        assert_eq!(two.frames().await, 0, "nothing is sent before it is published");
        throughout(SETTLE, "they agree", || two.sender.sorted().needed == 1).await;
    }
    drop(two);
    assert_eq!((connections.made(), connections.open()), (2, 0));
}

#[wasm_bindgen_test]
async fn what_is_published_is_decoded_and_shown() {
    let devices = Devices::new();
    let element = Element::new("sink");
    let mut two = Two::connected().await;
    let stream = RemoteStream::new(|| ()).unwrap();
    two.receiver.tracks.iter().for_each(|track| stream.take(track));

    let media = capture(BOTH).await.unwrap();
    two.sender.connection.publish(Some(&media));
    let frames = two.until_more_frames(0).await;
    two.until_more_frames(frames).await;
    let sink = VideoSink::find("sink").unwrap();
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    until("there is a picture", || element.has_picture()).await;

    // Another camera in its place needs no negotiation.
    let other = capture(PICTURE).await.unwrap();
    two.sender.connection.publish(Some(&other));
    drop(media);
    let frames = two.frames().await;
    two.until_more_frames(frames + 5).await;
    assert_eq!(two.sender.sorted().needed, 1);
    assert_eq!(devices.live(), 1);
}

#[wasm_bindgen_test]
async fn the_kinds_of_descriptions() {
    let two = Two::new().await;
    let offer = set_local(&two.sender.connection).await.unwrap();
    assert_eq!(offer.kind, SdpKind::Offer);
    assert!(offer.sdp.starts_with("v=0\r\n"), "{}", offer.sdp);
    set_remote(&two.receiver.connection, &offer).await.unwrap();
    let answer = set_local(&two.receiver.connection).await.unwrap();
    assert_eq!(answer.kind, SdpKind::Answer);
    assert_ne!(answer.sdp, offer.sdp);
}

#[wasm_bindgen_test]
async fn candidates_say_where_they_belong() {
    let mut side = Side::sending().await;
    set_local(&side.connection).await.unwrap();
    until("a candidate is found", || !side.sorted().candidates.is_empty()).await;
    let candidate = &side.candidates[0];
    assert!(candidate.candidate.starts_with("candidate:"));
    assert!(candidate.sdp_mid.is_some() && candidate.sdp_m_line_index.is_some());
    assert!(candidate.username_fragment.is_some());
}

#[wasm_bindgen_test]
async fn an_offer_that_crosses_ours_takes_its_place() {
    let mut two = Two { sender: Side::sending().await, receiver: Side::sending().await };
    // Both have made one; the receiver is the polite one.
    let ours = set_local(&two.sender.connection).await.unwrap();
    let theirs = set_local(&two.receiver.connection).await.unwrap();
    assert_eq!([ours.kind, theirs.kind], [SdpKind::Offer; 2]);
    set_remote(&two.receiver.connection, &ours).await.unwrap();
    let answer = set_local(&two.receiver.connection).await.unwrap();
    assert_eq!(answer.kind, SdpKind::Answer);
    set_remote(&two.sender.connection, &answer).await.unwrap();
    two.until_connected().await;
    // What the polite one had to say is said now, in the other direction.
    agree(&two.receiver, &two.sender).await;
}

#[wasm_bindgen_test]
async fn they_negotiate_again_while_it_flows() {
    let _devices = Devices::new();
    let mut two = Two::connected().await;
    let media = capture(PICTURE).await.unwrap();
    two.sender.connection.publish(Some(&media));
    two.until_more_frames(0).await;
    // From either side, as often as it takes.
    agree(&two.sender, &two.receiver).await;
    agree(&two.receiver, &two.sender).await;
    let frames = two.frames().await;
    two.until_more_frames(frames).await;
    two.until_connected().await;
}

#[wasm_bindgen_test]
async fn a_description_may_be_set_again() {
    let two = Two::new().await;
    let offer = set_local(&two.sender.connection).await.unwrap();
    // A repeated offer: its answer was lost.
    for _ in 0..2 {
        set_remote(&two.receiver.connection, &offer).await.unwrap();
        let Description { kind, .. } = set_local(&two.receiver.connection).await.unwrap();
        assert_eq!(kind, SdpKind::Answer);
    }
}
