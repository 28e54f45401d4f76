import { feedPlugin } from "@11ty/eleventy-plugin-rss";
import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";

const PER_PAGE = 20;
const BASE = "https://example.org/";

/** The tags of the posts, each with its posts, newest first. */
function byTag(collections) {
  const tags = new Map();
  for (const post of collections.getFilteredByTag("posts").reverse()) {
    for (const tag of post.data.tags.filter((tag) => tag !== "posts")) {
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(post);
    }
  }
  return [...tags].map(([name, posts]) => ({ name, posts }));
}

/** The pages of one tag's archive. */
function pagesOf({ name, posts }) {
  const count = Math.ceil(posts.length / PER_PAGE);
  return Array.from({ length: count }, (_, at) => ({
    name,
    number: at + 1,
    count,
    posts: posts.slice(at * PER_PAGE, (at + 1) * PER_PAGE),
  }));
}

export default function (config) {
  config.addPlugin(syntaxHighlight);
  config.addPlugin(feedPlugin, {
    type: "atom",
    outputPath: "/feed.xml",
    collection: { name: "posts", limit: PER_PAGE },
    metadata: { title: "Bench", subtitle: "Bench", language: "en", base: BASE, author: { name: "Bench" } },
  });
  config.addGlobalData("base", BASE);
  config.addGlobalData("layout", "base.njk");
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addCollection("tags", byTag);
  config.addCollection("tagPages", (collections) => byTag(collections).flatMap(pagesOf));
}
