// The one translation unit that compiles Asio (BOOST_ASIO_SEPARATE_COMPILATION); everything else includes declarations.
#include <boost/asio/impl/src.hpp>
