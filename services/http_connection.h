// HttpConnection: requests of HTTP/1.1 and their answers, one after the other.

#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "grpcpp/generic/generic_stub.h"
#include "services/http_call.h"
#include "services/http_front.h"
#include "services/serving.h"

namespace cartograph::services {

// What all connections share.
struct HttpShared {
  const HttpLimits limits;
  const bool loopback;  // only this machine reaches the address
  const Serving* const serving;
  grpc::GenericStub stub;
  CallCount calls;
  std::atomic<size_t> connections{0};
};

// Serves the connection until either side ends it. REQUIRES: the socket's executor is a strand;
// `shared` outlives what runs on it.
void ServeConnection(boost::asio::ip::tcp::socket socket, HttpShared* shared);

}  // namespace cartograph::services
