//! What people do on a server behind segctl's back.

use super::stage::{ENVIRONMENT, FLAG};
use super::witness::{id_of_segment, id_of_strategy};
use crate::support::admin::Admin;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

/// How often twins are tried to be made, and by how many requests at once.
const RACES: (usize, usize) = (50, 6);

/// Something that a person does. Segments go by the names that they have on the server.
#[derive(Debug)]
pub(super) enum Edit {
    /// Makes a segment.
    Create(Value),
    /// Changes some fields of a segment.
    Change(&'static str, Value),
    /// Removes the mark from a description.
    Unmark(&'static str),
    /// Makes a segment with everything that another one has, the description included.
    Copy(&'static str, &'static str),
    /// Deletes a segment.
    Delete(&'static str),
    /// Makes two segments of one name.
    Twins(Value),
    /// Makes two segments in place of one.
    Double(&'static str),
    /// Sets the segments of the strategy with that title.
    Attach(&'static str, &'static [&'static str]),
    /// Rewrites the description of a segment.
    Rewrite(&'static str, fn(&str) -> String),
    /// Sets the segments of the default strategy; of twins, the youngest.
    Default(&'static [&'static str]),
    /// Makes a flag of that name with a strategy of that segment, and archives it.
    Archived(&'static str, &'static str),
    /// Deletes an archived flag for good.
    Forget(&'static str),
}

/// Does it.
pub(super) async fn perform(edit: &Edit, admin: &Admin) -> Result<(), String> {
    match edit {
        Edit::Create(segment) => {
            admin.create_segment(segment).await;
            Ok(())
        }
        Edit::Change(name, fields) => change(admin, name, fields).await,
        Edit::Unmark(name) => {
            let description = find(admin, name).await?["description"].clone();
            let description = description.as_str().unwrap_or_default();
            let above = description.rsplit_once('\n').map_or("", |(above, _)| above);
            change(admin, name, &json!({ "description": above })).await
        }
        Edit::Copy(from, to) => {
            let mut segment = body(&find(admin, from).await?);
            segment["name"] = json!(to);
            admin.create_segment(&segment).await;
            Ok(())
        }
        Edit::Delete(name) => delete(admin, name).await,
        Edit::Twins(segment) => twins(admin, segment).await,
        Edit::Double(name) => {
            let segment = body(&find(admin, name).await?);
            delete(admin, name).await?;
            twins(admin, &segment).await
        }
        Edit::Attach(title, names) => attach(admin, title, names).await,
        Edit::Rewrite(name, rewrite) => {
            let description = find(admin, name).await?["description"].clone();
            let description = rewrite(description.as_str().unwrap_or_default());
            change(admin, name, &json!({ "description": description })).await
        }
        Edit::Default(names) => {
            let segments = admin.segments().await;
            let youngest = |name: &&str| {
                let named = segments.iter().filter(|it| it["name"] == *name);
                named.filter_map(|it| it["id"].as_u64()).max()
            };
            let ids: Vec<u64> = names.iter().filter_map(youngest).collect();
            admin.set_default_strategy(ENVIRONMENT, &ids).await;
            Ok(())
        }
        Edit::Archived(flag, name) => {
            let id = id_of_segment(&admin.segments().await, name)?;
            admin.create_flag(flag).await;
            let strategy = json!({"name": "flexibleRollout", "segments": [id]});
            admin.create_strategy(flag, ENVIRONMENT, &strategy).await;
            admin.archive_flag(flag).await;
            Ok(())
        }
        Edit::Forget(flag) => {
            admin.forget_flag_later(flag).await;
            Ok(())
        }
    }
}

async fn find(admin: &Admin, name: &str) -> Result<Value, String> {
    let mut segments = admin.segments().await.into_iter();
    let found = segments.find(|it| it["name"] == name);
    found.ok_or_else(|| format!("there is no segment `{name}` to edit"))
}

/// The part of a segment that can be sent.
fn body(segment: &Value) -> Value {
    let mut body = json!({});
    for field in ["name", "description", "project", "constraints"] {
        if !segment[field].is_null() {
            body[field] = segment[field].clone();
        }
    }
    body
}

async fn change(admin: &Admin, name: &str, fields: &Value) -> Result<(), String> {
    let segment = find(admin, name).await?;
    let mut changed = body(&segment);
    for (field, value) in fields.as_object().into_iter().flatten() {
        changed[field] = value.clone();
    }
    let path = format!("/api/admin/segments/{}", segment["id"]);
    admin.send(Method::PUT, &path, Some(&changed)).await.ok("editing a segment");
    Ok(())
}

async fn delete(admin: &Admin, name: &str) -> Result<(), String> {
    let id = id_of_segment(&admin.segments().await, name)?;
    match admin.delete_segment(id).await {
        204 => Ok(()),
        status => Err(format!("deleting `{name}` by hand got {status}")),
    }
}

/// Names are not unique: the server looks for the name first and inserts then.
async fn twins(admin: &Admin, segment: &Value) -> Result<(), String> {
    for _ in 0..RACES.0 {
        let requests =
            (0..RACES.1).map(|_| admin.send(Method::POST, "/api/admin/segments", Some(segment)));
        let replies = join_all(requests).await;
        let made = replies.into_iter().filter(|it| it.status == 201);
        let ids: Vec<u64> = made.filter_map(|it| it.json?["id"].as_u64()).collect();
        let extra = if ids.len() < 2 { &ids[..] } else { &ids[2..] };
        for id in extra {
            admin.delete_segment(*id).await;
        }
        if ids.len() >= 2 {
            return Ok(());
        }
    }
    Err(format!("{RACES:?} races did not make twins"))
}

async fn attach(admin: &Admin, title: &str, names: &[&str]) -> Result<(), String> {
    let segments = admin.segments().await;
    let ids: Result<Vec<u64>, String> =
        names.iter().map(|name| id_of_segment(&segments, name)).collect();
    let rule = id_of_strategy(&admin.flag(FLAG).await, title)?;
    let path = format!(
        "/api/admin/projects/default/features/{FLAG}/environments/{ENVIRONMENT}/strategies/{rule}"
    );
    let body = json!([{"op": "replace", "path": "/segments", "value": ids?}]);
    admin.send(Method::PATCH, &path, Some(&body)).await.ok("attaching by hand");
    Ok(())
}
