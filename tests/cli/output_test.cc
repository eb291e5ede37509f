#include "clients/cli/output.h"

#include <sstream>

#include "cartograph/v1/entity.pb.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

v1::Name MakeName(const std::string& text) {
  v1::Name name;
  name.set_text(text);
  name.set_kind(v1::NAME_KIND_PREFERRED);
  return name;
}

// Two names, printed as a list.
std::string Printed(const std::string& format, bool list = true, int count = 2) {
  std::ostringstream out;
  PrinterOptions options;
  options.format = OutputFormatOf(format);
  options.columns = {{"TEXT"}, {"KIND"}};
  options.list_field = list ? "names" : "";
  options.list = list;
  Printer printer(&out, options);
  const v1::Name kNames[] = {MakeName("lupus \"SLE\"\t\\"), MakeName("狼疮")};
  for (int i = 0; i < count; ++i) {
    printer.Add({{kNames[i].text(), "preferred"}, "n", &kNames[i], ""});
  }
  EXPECT_TRUE(printer.Finish().ok());
  EXPECT_EQ(printer.items(), static_cast<size_t>(count));
  return out.str();
}

TEST(Printer, WritesEachFormat) {
  EXPECT_EQ(Printed("table"),
            "TEXT           KIND\n"
            "lupus \"SLE\" \\  preferred\n"
            "狼疮           preferred\n");
  EXPECT_EQ(Printed("tsv"),
            "TEXT\tKIND\n"
            "lupus \"SLE\"\\t\\\\\tpreferred\n"
            "狼疮\tpreferred\n");
  EXPECT_EQ(Printed("json"),
            "[\n"
            "  {\n"
            "    \"text\": \"lupus \\\"SLE\\\"\\t\\\\\",\n"
            "    \"language\": \"\",\n"
            "    \"kind\": \"NAME_KIND_PREFERRED\"\n"
            "  },\n"
            "  {\n"
            "    \"text\": \"狼疮\",\n"
            "    \"language\": \"\",\n"
            "    \"kind\": \"NAME_KIND_PREFERRED\"\n"
            "  }\n"
            "]\n");
  EXPECT_EQ(
      Printed("jsonl"),
      "{\"text\":\"lupus \\\"SLE\\\"\\t\\\\\",\"language\":\"\",\"kind\":\"NAME_KIND_PREFERRED\"}\n"
      "{\"text\":\"狼疮\",\"language\":\"\",\"kind\":\"NAME_KIND_PREFERRED\"}\n");
  EXPECT_EQ(Printed("textproto"),
            "names {\n"
            "  text: \"lupus \\\"SLE\\\"\\t\\\\\"\n"
            "  kind: NAME_KIND_PREFERRED\n"
            "}\n"
            "names {\n"
            "  text: \"狼疮\"\n"
            "  kind: NAME_KIND_PREFERRED\n"
            "}\n");
  EXPECT_EQ(Printed("name"), "n\n");  // each once
}

TEST(Printer, WritesOneThingAlone) {
  EXPECT_EQ(Printed("json", /*list=*/false, 1),
            "{\n"
            "  \"text\": \"lupus \\\"SLE\\\"\\t\\\\\",\n"
            "  \"language\": \"\",\n"
            "  \"kind\": \"NAME_KIND_PREFERRED\"\n"
            "}\n");
  EXPECT_EQ(Printed("textproto", /*list=*/false, 1),
            "text: \"lupus \\\"SLE\\\"\\t\\\\\"\n"
            "kind: NAME_KIND_PREFERRED\n");
}

TEST(Printer, WritesEmptyLists) {
  EXPECT_EQ(Printed("table", true, 0), "");
  EXPECT_EQ(Printed("tsv", true, 0), "TEXT\tKIND\n");
  EXPECT_EQ(Printed("json", true, 0), "[]\n");
  EXPECT_EQ(Printed("jsonl", true, 0), "");
  EXPECT_EQ(Printed("textproto", true, 0), "");
}

TEST(Printer, SaysWhatHasNoJsonForm) {
  v1::Entity entity;
  entity.mutable_create_time()->set_seconds(int64_t{1} << 60);
  std::ostringstream out;
  PrinterOptions options;
  options.format = OutputFormat::kJsonl;
  Printer printer(&out, options);
  printer.Add({{}, "", &entity, ""});
  EXPECT_EQ(printer.Finish().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(out.str(), "");
}

TEST(Printer, WritesLargeTablesInBlocksWithOneLineOfHeads) {
  std::ostringstream out;
  PrinterOptions options;
  options.columns = {{"A"}};
  Printer printer(&out, options);
  for (int i = 0; i < 2500; ++i) {
    printer.Add({{"x"}, "", nullptr, ""});
  }
  EXPECT_TRUE(printer.Finish().ok());
  EXPECT_EQ(out.str().size(), 2501 * 2u);
  EXPECT_EQ(out.str().substr(0, 4), "A\nx\n");
}

TEST(Output, MakesJsonObjects) {
  EXPECT_EQ(JsonObject({{"a\"b", "1"}, {"c", JsonString("x\n\xff")}}),
            "{\"a\\\"b\":1,\"c\":\"x\\n\ufffd\"}");
}

}  // namespace
}  // namespace cartograph::clients
