//! The Leptos app.

fn main() {
    leptos::mount::mount_to_body(|| "Sightline");
}
