#include "services/question_catalogue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "kb/question_numbers.h"
#include "kb/question_proto.h"
#include "kb/questions.h"

namespace cartograph::services {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;

QuestionCatalogue::QuestionCatalogue(FileDescriptorProto proto)
    : proto_(std::move(proto)),
      service_(absl::StrCat(proto_.package(), ".", proto_.service(0).name())),
      pool_(DescriptorPool::generated_pool()),
      file_(pool_.BuildFile(proto_)) {
  messages_.SetDelegateToGeneratedFactory(true);
  CHECK(file_ != nullptr);  // QuestionFile built it once
}

absl::StatusOr<std::shared_ptr<const QuestionCatalogue>> QuestionCatalogue::Create(
    const kb::Snapshot& snapshot) {
  const v1::RulePack& pack = snapshot.pack()->pack;
  const rules::Program& program = snapshot.model().program();
  ASSIGN_OR_RETURN(const std::vector<kb::Question> questions, kb::QuestionsOf(program));
  // Already there, but for a pack that was activated before numbers were kept.
  const kb::QuestionNumbers numbers =
      kb::NumbersAfter(pack.question_numbers(), pack.name(), program, questions);
  ASSIGN_OR_RETURN(FileDescriptorProto proto, kb::QuestionFile(pack.name(), program, numbers));
  std::shared_ptr<QuestionCatalogue> catalogue(new QuestionCatalogue(std::move(proto)));
  for (const kb::Question& question : questions) {
    const rules::Predicate& predicate = program.predicate(question.predicate);
    catalogue->Add(predicate, *kb::FindNumbers(numbers, pack.name(), predicate.name));
  }
  return catalogue;
}

void QuestionCatalogue::Add(const rules::Predicate& predicate, const v1::QuestionNumbers& numbers) {
  QuestionMethod method;
  method.question = predicate.name;
  method.columns = predicate.columns;
  for (const rules::Column& column : predicate.columns) {
    method.numbers.push_back(static_cast<int>(kb::FindColumn(numbers, column.name)->number()));
  }
  for (const bool stream : {false, true}) {
    const std::string name = absl::StrCat(stream ? "Stream" : "", kb::MethodName(predicate.name));
    method.stream = stream;
    method.request = file_->service(0)->FindMethodByName(name)->input_type();
    methods_.emplace(absl::StrCat("/", service_, "/", name), method);
  }
}

const QuestionMethod* QuestionCatalogue::Find(absl::string_view path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

std::vector<std::string> QuestionCatalogue::Paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, method] : methods_) {
    paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::unique_ptr<Message> QuestionCatalogue::NewMessage(
    const google::protobuf::Descriptor& type) const {
  return std::unique_ptr<Message>(messages_.GetPrototype(&type)->New());
}

absl::StatusOr<std::shared_ptr<const QuestionCatalogue>> LatestCatalogue::Get(
    const kb::Snapshot& latest) {
  if (latest.pack() == nullptr) {
    return nullptr;
  }
  base::MutexLock lock(&mutex_);
  if (catalogue_ == nullptr || revision_ != latest.pack()->revision) {
    ASSIGN_OR_RETURN(catalogue_, QuestionCatalogue::Create(latest));
    revision_ = latest.pack()->revision;
  }
  return catalogue_;
}

}  // namespace cartograph::services
