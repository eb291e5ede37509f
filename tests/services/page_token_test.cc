#include "services/page_token.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/fact_service.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

v1::ListEntitiesRequest Request() {
  v1::ListEntitiesRequest request;
  request.set_collection("diseases");
  request.set_filter("a = 1");
  return request;
}

std::string Token() {
  return EncodePageToken({base::Revision(0x1122334455667788), "diseases/sle"}, Request());
}

std::string Decode(absl::string_view token, const google::protobuf::Message& request) {
  auto decoded = DecodePageToken(token, request);
  if (!decoded.ok()) {
    return ReasonOf(decoded.status());
  }
  return absl::StrCat(absl::Hex(decoded->revision.number()), " ", decoded->position);
}

TEST(PageTokenTest, RoundTrips) {
  EXPECT_EQ(Decode(Token(), Request()), "1122334455667788 diseases/sle");
  EXPECT_EQ(Decode(EncodePageToken({base::Revision(0), ""}, Request()), Request()), "0 ");
}

TEST(PageTokenTest, SizeOfPageAndReadMayChange) {
  v1::ListEntitiesRequest next = Request();
  next.set_page_size(7);
  next.set_page_token(Token());
  next.mutable_read()->set_at_least_revision(3);
  EXPECT_EQ(Decode(Token(), next), "1122334455667788 diseases/sle");
}

TEST(PageTokenTest, OfAnotherRequestIsRefused) {
  v1::ListEntitiesRequest other = Request();
  other.set_filter("a = 2");
  EXPECT_EQ(Decode(Token(), other), "PAGE_TOKEN_INVALID");
  other = Request();
  other.set_show_deleted(true);
  EXPECT_EQ(Decode(Token(), other), "PAGE_TOKEN_INVALID");
}

TEST(PageTokenTest, OfAnotherMethodIsRefused) {
  std::string token = EncodePageToken({base::Revision(1), "x"}, v1::ListFactsRequest());
  EXPECT_EQ(Decode(token, v1::ListEntitiesRequest()), "PAGE_TOKEN_INVALID");
}

TEST(PageTokenTest, EveryAlteredByteIsFound) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(Token(), &bytes));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_EQ(Decode(absl::WebSafeBase64Escape(altered), Request()), "PAGE_TOKEN_INVALID") << i;
  }
}

TEST(PageTokenTest, EveryCutIsFound) {
  std::string token = Token();
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_EQ(Decode(token.substr(0, size), Request()), "PAGE_TOKEN_INVALID") << size;
  }
  EXPECT_EQ(Decode(std::string(1 << 20, 'A'), Request()), "PAGE_TOKEN_INVALID");
}

TEST(PageSizeTest, DefaultsAndLimits) {
  EXPECT_EQ(*PageSize(0, 100, 1000), 100u);
  EXPECT_EQ(*PageSize(1, 100, 1000), 1u);
  EXPECT_EQ(*PageSize(1000, 100, 1000), 1000u);
  EXPECT_EQ(PageSize(1001, 100, 1000).status().message(),
            "page_size: must be at most 1000, got 1001");
}

}  // namespace
}  // namespace cartograph::services
