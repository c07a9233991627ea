//! The first page: what this is, and the two ways on.

use leptos::prelude::*;

use crate::app::link;
use crate::parts::{frame, room_form};

/// What Sightline is in a sentence; share, or watch.
pub(crate) fn home() -> AnyView {
    let content = view! {
        <section class="hero">
            <div>
                <h1>"Show somebody what you see, live"</h1>
                <p class="lead">
                    "Sightline puts your camera into another browser, directly: no account, and \
                     the picture never passes through a server."
                </p>
            </div>
            <div class="ways">
                <div class="card">
                    <h2>"Share a camera"</h2>
                    <p>
                        "You get a link to give to whoever should see it. Nothing is sent before \
                         you say so."
                    </p>
                    {link("/sender", "button primary", "Share a camera".into_any())}
                </div>
                <div class="card">
                    <h2>"Watch"</h2>
                    <p>"Type the room's name that the sender gave you."</p>
                    {room_form()}
                </div>
            </div>
        </section>
    };
    frame(content.into_any())
}
