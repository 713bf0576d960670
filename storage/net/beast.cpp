// The one translation unit that compiles Beast and Asio's TLS (BOOST_BEAST_SEPARATE_COMPILATION,
// BOOST_ASIO_SEPARATE_COMPILATION); everything else includes declarations.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
