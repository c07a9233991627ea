//! What the relay is served over: TCP. In this crate's own tests it may be a simulated
//! network instead, with connections that break and hosts that crash when they are told
//! to; outside of them these are TCP's types and nothing else.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Where connections come in.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(test)]
    Simulated(turmoil::net::TcpListener),
}

/// One connection.
pub(crate) enum Stream {
    Tcp(TcpStream),
    /// In a box, so that tests of sizes hold for the other one.
    #[cfg(test)]
    Simulated(Box<turmoil::net::TcpStream>),
}

/// Does the same to whichever stream it is.
macro_rules! with {
    ($stream:expr, $name:ident => $do:expr) => {
        match $stream {
            Stream::Tcp($name) => $do,
            #[cfg(test)]
            Stream::Simulated($name) => $do,
        }
    };
}

impl Listener {
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => listener.accept().await.map(|(stream, _)| Stream::Tcp(stream)),
            #[cfg(test)]
            Self::Simulated(listener) => {
                listener.accept().await.map(|(stream, _)| Stream::Simulated(stream.into()))
            }
        }
    }
}

impl Stream {
    /// Has small messages sent at once.
    pub(crate) fn set_nodelay(&self) -> io::Result<()> {
        with!(self, stream => stream.set_nodelay(true))
    }

    /// Limits what the kernel keeps for a peer that doesn't take it, in bytes.
    pub(crate) fn limit_send_buffer(&self, bytes: usize) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => SockRef::from(stream).set_send_buffer_size(bytes),
            #[cfg(test)]
            Self::Simulated(_) => Ok(()),
        }
    }

    /// Has the kernel forget what the peer hasn't taken as soon as this is dropped.
    pub(crate) fn forget_the_rest(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_zero_linger(),
            #[cfg(test)]
            Self::Simulated(_) => Ok(()),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        with!(self.get_mut(), stream => Pin::new(stream).poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        with!(self.get_mut(), stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self.get_mut(), stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        with!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        with!(self, stream => stream.is_write_vectored())
    }
}
