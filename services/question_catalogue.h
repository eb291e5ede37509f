// QuestionCatalogue: the questions of one activation as methods.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "cartograph/v1/rule_service.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "kb/snapshot.h"
#include "rules/facts/predicate.h"

namespace cartograph::services {

// A question as a method.
struct QuestionMethod {
  std::string question;                // name of the relation
  bool stream = false;                 // the server-streaming twin
  std::vector<rules::Column> columns;  // of the relation
  std::vector<int> numbers;            // of the columns, in a row
  const google::protobuf::Descriptor* request = nullptr;
};

// Immutable; a call holds the catalogue that it began with, whatever is activated meanwhile.
//
// Thread-safety: any thread.
class QuestionCatalogue {
 public:
  // REQUIRES: `snapshot` has a rule pack. Errors: those of kb::QuestionFile.
  static absl::StatusOr<std::shared_ptr<const QuestionCatalogue>> Create(
      const kb::Snapshot& snapshot);

  // "cartograph.questions.founding.v1.Questions"
  const std::string& service() const { return service_; }
  const google::protobuf::FileDescriptorProto& proto() const { return proto_; }
  const google::protobuf::FileDescriptor& file() const { return *file_; }
  // Over the descriptors compiled into the process.
  const google::protobuf::DescriptorPool& pool() const { return pool_; }

  // The method at `path`, "/cartograph.questions.founding.v1.Questions/StudiedIn"; null when there
  // is none.
  const QuestionMethod* Find(absl::string_view path) const;
  // Of all methods, sorted.
  std::vector<std::string> Paths() const;
  // An empty message of a type of the pool. REQUIRES: the catalogue outlives it.
  std::unique_ptr<google::protobuf::Message> NewMessage(
      const google::protobuf::Descriptor& type) const;

 private:
  explicit QuestionCatalogue(google::protobuf::FileDescriptorProto proto);
  // The two methods of a question.
  void Add(const rules::Predicate& predicate, const v1::QuestionNumbers& numbers);

  const google::protobuf::FileDescriptorProto proto_;
  const std::string service_;
  google::protobuf::DescriptorPool pool_;
  const google::protobuf::FileDescriptor* const file_;
  mutable google::protobuf::DynamicMessageFactory messages_;
  absl::flat_hash_map<std::string, QuestionMethod> methods_;  // by path
};

// The catalogue of the pack that is active, made when it is first asked for.
//
// Thread-safety: any thread.
class LatestCatalogue {
 public:
  // Null when `latest` has no rule pack.
  absl::StatusOr<std::shared_ptr<const QuestionCatalogue>> Get(const kb::Snapshot& latest);

 private:
  base::Mutex mutex_;
  base::Revision revision_ ABSL_GUARDED_BY(mutex_);  // of the activation
  std::shared_ptr<const QuestionCatalogue> catalogue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartograph::services
