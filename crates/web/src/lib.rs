//! Thin owners of browser objects: peer connections, cameras, sockets. Typed errors, no logic.
